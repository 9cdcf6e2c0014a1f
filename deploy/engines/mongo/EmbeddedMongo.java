import de.bwaldvogel.mongo.MongoServer;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStore;

/** MongoDB's wire protocol over one file: {@code EmbeddedMongo <host> <port> <store file> <cache MB>}. */
public final class EmbeddedMongo {

    // Each thread runs one command at a time and those that wait share a commit: more threads, fuller commits.
    private static final int WORKERS = 16;

    private static final int RETENTION_MS = 2_000;
    private static final int COMPACT_EVERY_MS = 500;
    private static final int COMPACTION_ENDS_MS = 5_000;

    private EmbeddedMongo() {}

    public static void main(String[] arguments) {
        if (arguments.length != 4) {
            refuse("needs four arguments: <host> <port> <store file> <cache MB>");
        }
        InetSocketAddress address = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        try {
            serve(address, open(arguments[2], Integer.parseInt(arguments[3])));
        } catch (Exception failure) {  // netty throws checked ones undeclared, and its threads would live on
            refuse("cannot serve " + arguments[2] + " on " + address + ": " + failure.getMessage());
        }
    }

    /**
     * The store writes only when the backend says so. Its own background thread would commit in the middle of a
     * command, and without waiting for the file, so that a command just answered could still be lost.
     */
    private static MVStore open(String file, int cacheMegabytes) {
        MVStore.Builder builder = new MVStore.Builder().fileName(file).cacheSize(cacheMegabytes);
        if (!Controls.LATE_COMMIT) {
            builder.autoCommitDisabled().autoCommitBufferSize(0);
        }
        MVStore store = builder.open();
        store.setRetentionTime(RETENTION_MS);
        store.setVersionsToKeep(0);
        return store;
    }

    private static void serve(InetSocketAddress address, MVStore store) {
        EmbeddedBackend backend = new EmbeddedBackend(store);
        MongoServer server = new MongoServer(backend);
        server.bind(address, 1, WORKERS);
        var compaction = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "compaction");
            thread.setDaemon(true);
            return thread;
        });
        compaction.scheduleWithFixedDelay(backend::compact, COMPACT_EVERY_MS, COMPACT_EVERY_MS, TimeUnit.MILLISECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(compaction, server)));
    }

    /** What runs is finished, then the clients are ended, then the store is closed. */
    private static void stop(ExecutorService compaction, MongoServer server) {
        compaction.shutdown();
        try {
            compaction.awaitTermination(COMPACTION_ENDS_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        server.shutdownNow();
    }

    private static void refuse(String sentence) {
        System.err.println("EmbeddedMongo " + sentence);
        Runtime.getRuntime().halt(1);
    }
}
