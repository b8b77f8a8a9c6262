package lvm.boltzmann;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import lvm.data.Sequences;
import org.ejml.data.FMatrixRMaj;

/**
 * The frames of some pieces as rows by time: first the first frames of all pieces, then the second ones, and so on, in each the longest piece
 * first, so that the pieces that have a frame at a time are the first of those that had one before.
 */
final class Frames {
    /** The frames, a row each. */
    final FMatrixRMaj v;

    private int[] sizes = {}; // the pieces that have a frame at each time
    private Integer[] order = {}; // the pieces, longest first

    Frames(int dim) {
        v = new FMatrixRMaj(0, dim);
    }

    /** All pieces of some sequences. */
    static Frames of(Sequences sequences) {
        Frames frames = new Frames(sequences.dim());
        frames.read(List.of(sequences), IntStream.range(0, sequences.size()).toArray());
        return frames;
    }

    /** Pieces by their numbers, which go on from one of the sequences to the next. */
    void read(List<Sequences> all, int... numbers) {
        int[] lengths = new int[numbers.length];
        Sequences[] of = new Sequences[numbers.length];
        int[] at = new int[numbers.length];
        for (int k = 0; k < numbers.length; k++) {
            int number = numbers[k];
            int s = 0;
            while (number >= all.get(s).size()) {
                number -= all.get(s++).size();
            }
            of[k] = all.get(s);
            at[k] = number;
            lengths[k] = of[k].length(number);
        }
        order = IntStream.range(0, numbers.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingInt(k -> -lengths[k])); // equal ones keep their order
        sizes = new int[lengths[order[0]]];
        int rows = 0;
        for (int length : lengths) {
            for (int t = 0; t < length; t++) {
                sizes[t]++;
            }
            rows += length;
        }
        v.reshape(rows, v.numCols);
        for (int t = 0, row = 0; t < sizes.length; t++) {
            for (int k = 0; k < sizes[t]; k++, row++) {
                of[order[k]].copyFrame(at[order[k]], t, v.data, row * v.numCols);
            }
        }
    }

    /** {@return the frames of the longest piece} */
    int times() {
        return sizes.length;
    }

    /** {@return how many pieces have a frame at a time} */
    int size(int t) {
        return sizes[t];
    }

    /** {@return for each frame, one piece after the other, the row that it stands in} */
    int[] places() {
        int[] places = new int[v.numRows];
        int[] first = new int[order.length];
        int[] lengths = new int[order.length];
        for (int size : sizes) {
            for (int k = 0; k < size; k++) {
                lengths[order[k]]++;
            }
        }
        for (int k = 1; k < first.length; k++) {
            first[k] = first[k - 1] + lengths[k - 1];
        }
        for (int t = 0, row = 0; t < sizes.length; t++) {
            for (int k = 0; k < sizes[t]; k++) {
                places[first[order[k]] + t] = row++;
            }
        }
        return places;
    }
}
