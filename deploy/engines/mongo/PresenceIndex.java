import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.bson.Document;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which documents have a value in one field that is neither null nor zero: what waits, among very many that do not.
 *
 * <p>The library keeps no index that is not unique; a look for {@code {pending: {$gt: 0}}} would walk through the whole
 * collection while everybody who writes to it waits. This one lives in memory, is made anew when the file is opened, and
 * changes under the collection's own monitor like every index. It answers with no fewer documents than match; the
 * library still holds each against the filter.
 */
final class PresenceIndex extends Index<Object> {

    private static final String ID = "_id";

    private final String field;
    private final Map<Object, Object> positions = new LinkedHashMap<>();

    PresenceIndex(String name, List<IndexKey> keys) {
        super(name, keys, true);  // "sparse": a document that is not in it is no mistake
        this.field = keys.get(0).getKey();
    }

    /** One field of the document itself; others are not indexed at all, as the library has it. */
    static boolean covers(List<IndexKey> keys) {
        return keys.size() == 1 && !keys.get(0).getKey().contains(".");
    }

    /** {@code {field: {$gt: <a number from 0, or a time>}}}: neither null, nor nothing, nor zero is greater. */
    @Override
    public boolean canHandle(Document query) {
        return !Controls.SCAN && query.size() == 1 && query.get(field) instanceof Document condition
            && condition.size() == 1 && isAboveZero(condition.get("$gt"));
    }

    private static boolean isAboveZero(Object bound) {
        return bound instanceof Number number ? number.doubleValue() >= 0 : bound instanceof Instant;
    }

    private boolean isPresent(Document document) {
        Object value = document.get(field);
        return value != null && !(value instanceof Number number && number.doubleValue() == 0);
    }

    @Override
    public Iterable<Object> getPositions(Document query) {
        return List.copyOf(positions.values());
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        if (isPresent(document)) {
            positions.put(document.get(ID), position);
        }
    }

    @Override
    public Object remove(Document document) {
        return positions.remove(document.get(ID));
    }

    @Override
    public void updateInPlace(Document before, Document after, Object position, MongoCollection<Object> collection) {
        remove(before);
        add(after, position, collection);
    }

    @Override
    public void drop() {
        positions.clear();
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public long getDataSize() {
        return 0;
    }

    @Override
    public Object getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {}

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {}
}
