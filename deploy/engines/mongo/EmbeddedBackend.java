import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * No reply leaves before everything that it may have seen is in the file.
 *
 * <p>That holds for refusals and reads too: a duplicate key, or a document just read, is a reason to tell somebody
 * "it is there", so it must not be gone after a crash. Commands share the lock and commits hold it alone: a commit
 * never catches a command half way, between a document and its indexes.
 */
final class EmbeddedBackend extends H2Backend {

    // The library's names for the maps of a collection: they decide whether it finds its data again.
    private static final String DOCUMENTS = "databases.";
    private static final String SIZES = "meta.";
    private static final String INDEX = "._index_";

    private static final int FILL_RATE = 60;
    private static final int COMPACT_BYTES = 2 << 20;

    // These hold the lock alone as well: the library changes its lists of collections and indexes while others walk them,
    // and shows a collection that is being made before its unique _id is there.
    private static final Set<String> RESHAPING =
        Set.of("create", "createindexes", "drop", "dropdatabase", "dropindexes", "deleteindexes", "renamecollection");

    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    EmbeddedBackend(MVStore store) {
        super(store);
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        Lock held = RESHAPING.contains(command.toLowerCase(Locale.ROOT)) ? lock.writeLock() : lock.readLock();
        held.lock();
        try {
            if (command.equalsIgnoreCase("listDatabases")) {
                return databases();
            }
            return super.handleCommand(channel, database, command, query);
        } finally {
            boolean dirty = getMvStore().hasUnsavedChanges();
            held.unlock();
            if (dirty && !Controls.LATE_COMMIT) {
                settle();
            }
        }
    }

    /** Rewrite chunks that are mostly dead, a little at a time, so that the file grows with what is alive. */
    void compact() {
        if (orEnd(() -> getMvStore().compact(FILL_RATE, COMPACT_BYTES))) {
            settle();
        }
    }

    /** One commit for everybody who waits. */
    private void settle() {
        lock.writeLock().lock();
        try {
            orEnd(getMvStore()::commit);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** A store that failed to write has closed itself: the engine must not go on answering. */
    private static <T> T orEnd(Supplier<T> write) {
        try {
            return write.get();
        } catch (Throwable failure) {
            System.err.println("EmbeddedMongo cannot write its store and ends: " + failure.getMessage());
            Runtime.getRuntime().halt(1);
            throw failure;
        }
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        return new Database(name);
    }

    /** The library would open every database a second time over the same maps, beside those in use. */
    private Document databases() {
        List<Document> found = listDatabaseNames().stream().sorted()
            .map(name -> new Document("name", name).append("empty", resolveDatabase(name).isEmpty()))
            .toList();
        Document reply = new Document("databases", found);
        Utils.markOkay(reply);
        return reply;
    }

    /**
     * A database whose collections answer by {@code _id}, and which is dropped without its neighbours.
     *
     * <p>An inner class because the library's constructors open what is in the file before our own fields are set;
     * the enclosing backend, and its store, are there by then.
     */
    private final class Database extends H2Database {

        Database(String name) {
            super(name, getMvStore(), EmbeddedBackend.this.getCursorRegistry());
        }

        @Override
        protected MongoCollection<Object> openOrCreateCollection(String collection, CollectionOptions options) {
            String name = getDatabaseName() + "." + collection;
            var bson = new MVMap.Builder<Object, Document>().valueType(new BsonValues());
            MVMap<Object, Document> documents = getMvStore().openMap(DOCUMENTS + name, bson);
            MVMap<String, Object> sizes = getMvStore().openMap(SIZES + name);
            return new EmbeddedCollection(this, collection, options, documents, sizes, cursorRegistry);
        }

        @Override
        protected Index<Object> openOrCreateUniqueIndex(String collection, String index, List<IndexKey> keys,
                                                        boolean sparse) {
            var typed = new MVMap.Builder<KeyValue, Object>().keyType(new KeyValues());
            getMvStore().openMap(getDatabaseName() + "." + collection + INDEX + index, typed);
            return super.openOrCreateUniqueIndex(collection, index, keys, sparse);  // finds that map open
        }

        /** The library keeps none that is not unique. */
        @Override
        protected Index<Object> openOrCreateSecondaryIndex(String collection, String index, List<IndexKey> keys,
                                                           boolean sparse) {
            return PresenceIndex.covers(keys) ? new PresenceIndex(index, keys)
                : super.openOrCreateSecondaryIndex(collection, index, keys, sparse);
        }

        /** The library drops every database whose name begins with this one's. */
        @Override
        public void drop(Oplog oplog) {
            String prefix = getDatabaseName() + ".";
            List.copyOf(getMvStore().getMapNames()).stream()
                .filter(map -> map.startsWith(DOCUMENTS + prefix) || map.startsWith(SIZES + prefix)
                    || map.startsWith(prefix) && map.contains(INDEX))
                .forEach(getMvStore()::removeMap);
        }
    }
}
