package lvm.spark;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import lvm.data.Chunks;
import lvm.linalg.Interrupts;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.storage.StorageLevel;
import org.ejml.data.DMatrixRMaj;

/** The partitions of a Spark data set as chunks. The numbers of a partition are blocks of rows, which Spark keeps until this is closed. */
final class SparkChunks implements Chunks, AutoCloseable {
    /** The numbers of a block. */
    private static final int BLOCK = 1 << 15;

    /** The bytes of sums that may wait on the driver to be added. */
    private static final long WAITING = 1L << 28;

    private final String where;
    private final Dataset<Row> source;
    private final List<String> columns;
    private final JavaRDD<double[]> blocks;
    private final long[] counts;
    /** The bytes of what a statistic gives, by its class, once it is known. */
    private final Map<Class<?>, Long> sizes = new HashMap<>();

    private final String tag = "lvm-" + UUID.randomUUID();

    /** What is told of a partition first. */
    private record Count(long rows, long badRow, int badColumn) implements Serializable {}

    private SparkChunks(String where, Dataset<Row> source, List<String> columns) {
        this.where = where;
        this.source = source;
        this.columns = columns;
        int d = columns.size();
        Column[] numbers = columns.stream().map(name -> number(source, name)).toArray(Column[]::new);
        blocks = source.select(numbers)
                .javaRDD()
                .mapPartitions(rows -> new Blocks(rows, d))
                .persist(StorageLevel.MEMORY_AND_DISK());
        counts = new long[blocks.getNumPartitions()];
        try {
            look(d);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Counts the rows, and finds numbers that are none. */
    private void look(int d) {
        List<Count> found = collect(
                blocks.mapPartitionsWithIndex(
                        (index, all) -> List.of(count(all, d)).iterator(), true),
                all());
        for (int p = 0; p < counts.length; p++) {
            counts[p] = found.get(p).rows;
            if (found.get(p).badColumn >= 0) {
                throw bad(p, found.get(p));
            }
        }
        if (rows() == 0) {
            throw new IllegalArgumentException(where + ": the data set has no rows");
        }
    }

    /** Some columns of a data set, all if none is named. */
    static SparkChunks of(String where, Dataset<Row> rows, List<String> columns) {
        List<String> wanted = columns.isEmpty() ? List.of(rows.columns()) : columns;
        requireNumbers(where, rows, wanted);
        return new SparkChunks(where, rows, wanted);
    }

    /** Columns that are there and have numbers or truth values. */
    static void requireNumbers(String where, Dataset<Row> rows, List<String> columns) {
        List<String> all = Arrays.asList(rows.columns());
        for (String name : columns) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException(where + ": no column \"" + name + "\", there are " + all);
            }
            DataType type = rows.schema().apply(name).dataType();
            if (!(type instanceof NumericType) && !(type instanceof BooleanType)) {
                throw new IllegalArgumentException(where + ": column \"" + name + "\" is " + type.simpleString()
                        + ", expected numbers or truth values; name the columns that are wanted");
            }
        }
    }

    private static Column number(Dataset<Row> rows, String name) {
        String quoted = "`" + name.replace("`", "``") + "`";
        return rows.col(quoted).cast("double");
    }

    /** Rows in blocks; a value that is missing is NaN. */
    private static final class Blocks implements Iterator<double[]> {
        private final Iterator<Row> rows;
        private final int d;

        Blocks(Iterator<Row> rows, int d) {
            this.rows = rows;
            this.d = d;
        }

        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public double[] next() {
            double[] block = new double[Math.max(1, BLOCK / d) * d];
            int at = 0;
            while (at < block.length && rows.hasNext()) {
                Row row = rows.next();
                for (int j = 0; j < d; j++) {
                    block[at++] = row.isNullAt(j) ? Double.NaN : row.getDouble(j);
                }
            }
            return at == block.length ? block : Arrays.copyOf(block, at);
        }
    }

    private static Count count(Iterator<double[]> blocks, int d) {
        long numbers = 0;
        long bad = -1;
        while (blocks.hasNext()) {
            for (double value : blocks.next()) {
                if (bad < 0 && !Double.isFinite(value)) {
                    bad = numbers;
                }
                numbers++;
            }
        }
        return new Count(numbers / d, bad < 0 ? -1 : bad / d, bad < 0 ? -1 : (int) (bad % d));
    }

    /** Reads the row once more, now with the file that it is from. */
    private IllegalArgumentException bad(int partition, Count count) {
        String name = columns.get(count.badColumn);
        long place = count.badRow;
        List<Row> found = collect(
                source.select(number(source, name), functions.input_file_name())
                        .javaRDD()
                        .mapPartitionsWithIndex((index, rows) -> at(rows, place), true),
                new int[] {partition});
        Object value = found.isEmpty() || found.get(0).isNullAt(0)
                ? "no value"
                : found.get(0).get(0);
        String file =
                found.isEmpty() || found.get(0).isNullAt(1) ? "" : found.get(0).getString(1);
        return new IllegalArgumentException(where + ": column \"" + name + "\" has " + value + " in row " + place
                + " of partition " + partition + " (both counted from 0)"
                + (file.isEmpty() ? "" : ", of the file " + file)
                + ", expected finite numbers");
    }

    private static Iterator<Row> at(Iterator<Row> rows, long place) {
        for (long i = 0; i < place && rows.hasNext(); i++) {
            rows.next();
        }
        return rows.hasNext() ? List.of(rows.next()).iterator() : List.<Row>of().iterator();
    }

    @Override
    public long rows() {
        return Arrays.stream(counts).sum();
    }

    @Override
    public int dim() {
        return columns.size();
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    /** Also after an interrupt, for which Spark would stop here. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            blocks.unpersist(false);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // --- sums

    /** The blocks of a partition as rows. */
    private static final class Partition implements Source {
        private final int number;
        private final Iterator<double[]> blocks;
        private final int d;
        private double[] block = new double[0];
        private int at;

        Partition(int number, Iterator<double[]> blocks, int d) {
            this.number = number;
            this.blocks = blocks;
            this.d = d;
        }

        @Override
        public int chunk() {
            return number;
        }

        @Override
        public int read(DMatrixRMaj out, int most) {
            out.reshape(most, d);
            int numbers = 0;
            while (numbers < most * d && (at < block.length || blocks.hasNext())) {
                if (at == block.length) {
                    block = blocks.next();
                    at = 0;
                }
                int some = Math.min(most * d - numbers, block.length - at);
                System.arraycopy(block, at, out.data, numbers, some);
                numbers += some;
                at += some;
            }
            out.reshape(numbers / d, d);
            return numbers / d;
        }
    }

    @Override
    public <S extends Serializable> S sum(long[] bounds, Statistic<S> statistic, BinaryOperator<S> add) {
        int d = dim();
        JavaRDD<S> sums = blocks.mapPartitionsWithIndex(
                (index, all) ->
                        List.of(statistic.of(new Partition(index, all, d))).iterator(),
                true);
        S total = null;
        for (int first = 0; first < counts.length; ) {
            // All partitions at once, or as many as the driver has room for; the first time it is not known how many.
            Long size = sizes.get(statistic.getClass());
            long fitting = size == null ? 2L * blocks.context().defaultParallelism() : Math.max(1, WAITING / size);
            int last = (int) Math.min(counts.length, first + fitting);
            List<S> parts = collect(sums, IntStream.range(first, last).toArray());
            if (size == null) {
                sizes.put(statistic.getClass(), size(parts.get(0)));
            }
            for (S part : parts) {
                total = total == null ? part : add.apply(total, part);
            }
            first = last;
        }
        return total;
    }

    private static long size(Object value) {
        long[] count = new long[1];
        try (ObjectOutputStream out = new ObjectOutputStream(new OutputStream() {
            @Override
            public void write(int b) {
                count[0]++;
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                count[0] += length;
            }
        })) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written
        }
        return count[0] + 1;
    }

    private int[] all() {
        return IntStream.range(0, blocks.getNumPartitions()).toArray();
    }

    /** What some partitions give, one after the other; an interrupt of the thread ends the job. */
    private <T> List<T> collect(JavaRDD<T> parts, int[] partitions) {
        Interrupts.check(where);
        blocks.context().addJobTag(tag);
        try {
            List<T> all = new ArrayList<>();
            for (List<T> part : parts.collectPartitions(partitions)) {
                all.addAll(part);
            }
            return all;
        } catch (Exception e) {
            if (!(e instanceof InterruptedException)
                    && !Thread.currentThread().isInterrupted()) { // thrown though not declared
                throw e;
            }
            blocks.context().cancelJobsWithTag(tag);
            throw cancelled(where, e);
        } finally {
            blocks.context().removeJobTag(tag);
        }
    }

    /** What whoever is interrupted throws; the flag of the thread is set again. */
    static CancellationException cancelled(String where, Exception cause) {
        Thread.currentThread().interrupt();
        CancellationException cancelled = new CancellationException(where + ": interrupted");
        cancelled.initCause(cause);
        return cancelled;
    }

    // --- rows and digest

    /** A row that was asked for: its place among those, and its numbers. */
    private record Picked(int place, double[] row) implements Serializable {}

    @Override
    public DMatrixRMaj rows(long... rows) {
        int d = dim();
        TreeMap<Integer, List<long[]>> wanted =
                new TreeMap<>(); // for each partition: row in it, place among the wanted
        for (int i = 0; i < rows.length; i++) {
            long row = rows[i];
            int partition = 0;
            while (row >= counts[partition]) {
                row -= counts[partition++];
            }
            wanted.computeIfAbsent(partition, p -> new ArrayList<>()).add(new long[] {row, i});
        }
        HashMap<Integer, List<long[]>> sent = new HashMap<>(wanted);
        List<Picked> found = collect(
                blocks.mapPartitionsWithIndex((index, all) -> pick(all, sent.get(index), d), true),
                wanted.keySet().stream().mapToInt(Integer::intValue).toArray());
        DMatrixRMaj out = new DMatrixRMaj(rows.length, d);
        for (Picked picked : found) {
            System.arraycopy(picked.row, 0, out.data, picked.place * d, d);
        }
        return out;
    }

    private static Iterator<Picked> pick(Iterator<double[]> blocks, List<long[]> wanted, int d) {
        List<long[]> sorted = new ArrayList<>(wanted);
        sorted.sort((a, b) -> Long.compare(a[0], b[0]));
        List<Picked> found = new ArrayList<>();
        long before = 0;
        while (blocks.hasNext() && found.size() < sorted.size()) {
            double[] block = blocks.next();
            while (found.size() < sorted.size() && sorted.get(found.size())[0] < before + block.length / d) {
                long[] next = sorted.get(found.size());
                int from = (int) (next[0] - before) * d;
                found.add(new Picked((int) next[1], Arrays.copyOfRange(block, from, from + d)));
            }
            before += block.length / d;
        }
        return found.iterator();
    }

    /** Of the numbers of rows in the partitions, their values and the names of the columns. */
    @Override
    public String digest() {
        MessageDigest all = sha256();
        for (long count : counts) {
            all.update(ByteBuffer.allocate(Long.BYTES).putLong(0, count).array());
        }
        List<byte[]> parts = collect(
                blocks.mapPartitionsWithIndex(
                        (index, numbers) -> List.of(digest(numbers)).iterator(), true),
                all());
        parts.forEach(all::update);
        columns.forEach(name -> all.update((name + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(all.digest());
    }

    private static byte[] digest(Iterator<double[]> blocks) {
        MessageDigest sha = sha256();
        while (blocks.hasNext()) {
            double[] block = blocks.next();
            ByteBuffer bytes = ByteBuffer.allocate(block.length * Double.BYTES);
            bytes.asDoubleBuffer().put(block);
            sha.update(bytes.array());
        }
        return sha.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
