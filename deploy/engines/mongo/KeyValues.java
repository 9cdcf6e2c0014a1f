import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * The keys of unique indexes in the file: as BSON values, compared as values. The library would compare their Java
 * serialization, two per step of every look-up, and takes keys for different that are equal but were built differently.
 */
final class KeyValues extends BasicDataType<KeyValue> {

    private static final int MEMORY = 200;

    @Override
    public int compare(KeyValue one, KeyValue other) {
        int order = Integer.compare(one.size(), other.size());
        for (int i = 0; order == 0 && i < one.size(); i++) {
            order = compareValues(one.get(i), other.get(i));
        }
        return order;
    }

    /** Any total order will do that calls equal what is equal: an index is asked for keys, never for ranges. */
    private static int compareValues(Object one, Object other) {
        if (one instanceof String text && other instanceof String otherText) {
            return text.compareTo(otherText);
        }
        return Arrays.compareUnsigned(ByteBufUtil.getBytes(encoded(one)), ByteBufUtil.getBytes(encoded(other)));
    }

    @Override
    public int getMemory(KeyValue key) {
        return MEMORY * key.size();
    }

    @Override
    public void write(WriteBuffer out, KeyValue key) {
        out.putVarInt(key.size());
        key.forEach(value -> out.put(ByteBufUtil.getBytes(encoded(value))));
    }

    @Override
    public KeyValue read(ByteBuffer in) {
        int size = DataUtils.readVarInt(in);
        ByteBuf bytes = Unpooled.wrappedBuffer(in.slice());
        List<Object> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(BsonDecoder.decodeValue(bytes.readByte(), bytes));
        }
        in.position(in.position() + bytes.readerIndex());
        return new KeyValue(values);
    }

    @Override
    public KeyValue[] createStorage(int size) {
        return new KeyValue[size];
    }

    private static ByteBuf encoded(Object value) {
        byte type = BsonEncoder.determineType(value);
        ByteBuf bytes = Unpooled.buffer(64).writeByte(type);
        BsonEncoder.encodeValue(type, value, bytes);
        return bytes;
    }
}
