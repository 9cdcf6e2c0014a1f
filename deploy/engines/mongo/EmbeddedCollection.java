import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;

/** A collection that answers {@code {_id: "…", <any condition>}} from one document, and hands out copies only. */
final class EmbeddedCollection extends H2Collection {

    private static final String ID = "_id";

    EmbeddedCollection(MongoDatabase database, String name, CollectionOptions options,
                       MVMap<Object, Document> documents, MVMap<String, Object> sizes, CursorRegistry cursors) {
        super(database, name, options, documents, sizes, cursors);
    }

    /**
     * Reached when no index has exactly the filter's fields. A string {@code _id} names at most one document, the rest
     * of the filter is still applied to it. Every other kind of {@code _id} (operator, number, pattern) is left alone.
     */
    @Override
    protected QueryResult matchDocuments(Document query, Document orderBy, int skip, int limit, int batchSize,
                                         Document projection) {
        if (!Controls.SCAN && ID.equals(getIdField()) && query.get(ID) instanceof String id) {
            Stream<Document> only = Stream.ofNullable(getDocument(id));
            return matchDocumentsFromStream(only, query, orderBy, skip, limit, batchSize, projection);
        }
        return super.matchDocuments(query, orderBy, skip, limit, batchSize, projection);
    }

    /**
     * The library changes the found document in place, while another thread may be writing that same object to a client
     * or to the file: somebody would see half an update. An update now changes its own copy and then puts it back.
     */
    @Override
    protected QueryResult createQueryResult(List<Document> found, int batchSize) {
        if (Controls.SHARED_DOCUMENTS) {
            return super.createQueryResult(found, batchSize);
        }
        return super.createQueryResult(found.stream().map(Document::cloneDeeply).toList(), batchSize);
    }
}
