import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Documents in the file as BSON, the bytes that came over the wire. The library would use Java serialization: several
 * times the bytes and the time, and a file that only these very classes can read.
 */
final class BsonValues extends BasicDataType<Document> {

    private static final int OBJECTS_PER_BYTE = 3;
    private static final int SMOOTHING = 16;

    private int averageMemory = 2_000;

    @Override
    public int getMemory(Document document) {
        return averageMemory;
    }

    @Override
    public void write(WriteBuffer out, Document document) {
        ByteBuf bytes = Unpooled.buffer(1_024);
        BsonEncoder.encodeDocument(document, bytes);
        learn(bytes.readableBytes());
        out.put(ByteBufUtil.getBytes(bytes));
    }

    @Override
    public Document read(ByteBuffer in) {
        int length = in.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt();
        Document document = BsonDecoder.decodeBson(Unpooled.wrappedBuffer(in.slice(in.position(), length)));
        in.position(in.position() + length);
        learn(length);
        return document;
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }

    /** Size in memory, for the cache and the page size only: a moving average, two threads may blur it. */
    private void learn(int length) {
        averageMemory += (length * OBJECTS_PER_BYTE - averageMemory) / SMOOTHING;
    }
}
