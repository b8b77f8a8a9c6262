package lvm.data;

import static lvm.data.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitsTest {
    private static final int N = 200;

    /** Row i holds the number i; 80 rows of class 0, 80 of class 1 and 40 of class 2. */
    private static Dataset data() {
        byte[] values = new byte[N];
        int[] labels = new int[N];
        for (int i = 0; i < N; i++) {
            values[i] = (byte) i;
            labels[i] = i % 5 == 0 ? 2 : i % 2;
        }
        return Dataset.ofBytes(values, 1, 1).withLabels(labels).named("numbers");
    }

    private static int[] numbers(Dataset... parts) {
        return Arrays.stream(parts)
                .flatMapToInt(part -> Arrays.stream(part.matrix().data).mapToInt(value -> (int) value))
                .toArray();
    }

    private static void assertParts(int[] parts) {
        assertFalse(Arrays.equals(parts, IntStream.range(0, N).toArray()), "drawn at random");
        Arrays.sort(parts);
        assertArrayEquals(IntStream.range(0, N).toArray(), parts, "every row once");
    }

    @Test
    void everyRowIsInOnePart() {
        Splits.Split split = Splits.split(data(), 30, 50, 1);
        assertEquals(120, split.train().rows());
        assertEquals(30, split.validation().rows());
        assertEquals(50, split.test().rows());
        assertParts(numbers(split.train(), split.validation(), split.test()));
        Dataset[] two = Splits.split(data(), 30, 1);
        assertEquals(30, two[1].rows());
        assertParts(numbers(two));
    }

    @Test
    void theSeedDecides() {
        int[] one = numbers(Splits.split(data(), 30, 50, 1).train());
        assertArrayEquals(one, numbers(Splits.split(data(), 30, 50, 1).train()));
        assertFalse(Arrays.equals(one, numbers(Splits.split(data(), 30, 50, 2).train())));
        int[] few = numbers(Splits.labelled(data(), 30, 1).labelled());
        assertArrayEquals(few, numbers(Splits.labelled(data(), 30, 1).labelled()));
        assertFalse(Arrays.equals(few, numbers(Splits.labelled(data(), 30, 2).labelled())));
    }

    @Test
    void labelledRowsAreBalanced() {
        for (int size : new int[] {3, 30, 31, 32, 120}) {
            Splits.PartlyLabelled parts = Splits.labelled(data(), size, 1);
            int[] counts = new int[3];
            for (int label : parts.labelled().labels()) {
                counts[label]++;
            }
            for (int c = 0; c < 3; c++) {
                assertEquals(size / 3 + (c < size % 3 ? 1 : 0), counts[c]);
            }
            assertParts(numbers(parts.labelled(), parts.unlabelled()));
            assertFalse(parts.unlabelled().hasLabels());
            assertArrayEquals(numbers(data()), numbers(parts.all()));
            int kept = 0;
            for (int i = 0; i < N; i++) {
                int label = parts.all().label(i);
                kept += label == Dataset.UNLABELLED ? 0 : 1;
                assertEquals(label == Dataset.UNLABELLED ? label : data().label(i), label);
            }
            assertEquals(size, kept);
        }
    }

    @Test
    void rowsOfSomeClasses() {
        Dataset data = Dataset.of(new double[][] {{0}, {1}, {2}, {3}, {4}}).withLabels(2, 0, 1, Dataset.UNLABELLED, 2);
        Dataset part = Splits.ofClasses(data, 2, 1);
        assertArrayEquals(new double[] {0, 2, 4}, part.matrix().data);
        assertArrayEquals(new int[] {2, 1, 2}, part.labels());
        assertMessage("Dataset.subset: no rows, expected at least 1", () -> Splits.ofClasses(data));
        assertMessage("Splits.ofClasses: class 3, expected 0 to 2", () -> Splits.ofClasses(data, 0, 3));
        assertMessage("Splits.ofClasses: class -1, expected 0 to 2", () -> Splits.ofClasses(data, -1));
    }

    @Test
    void splitsThatDoNotFit() {
        assertMessage("Splits.split: 0 of 200 rows, expected from 1 to 199", () -> Splits.split(data(), 0, 1));
        assertMessage("Splits.split: 200 of 200 rows, expected from 1 to 199", () -> Splits.split(data(), 200, 1));
        assertMessage(
                "Splits.split: 100 rows to validate and 100 to test of 200, expected at least 1 each and 1 left to train on",
                () -> Splits.split(data(), 100, 100, 1));
        assertMessage("Splits.labelled: the data have no labels", () -> Splits.labelled(data().withoutLabels(), 10, 1));
        assertMessage(
                "Splits.labelled: 2 labelled rows of 200, expected at least one for each of the 3 classes and fewer than"
                        + " all",
                () -> Splits.labelled(data(), 2, 1));
        assertMessage(
                "Splits.labelled: class 2 has 40 labelled rows, expected at least 41",
                () -> Splits.labelled(data(), 123, 1));
    }
}
