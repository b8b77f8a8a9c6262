package lvm.display;

import java.io.UncheckedIOException;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;

/**
 * The digits of a notebook, by one rule for all of them: a small notebook learns {@link Digits}, which the library draws; a
 * full one learns {@link Mnist}. Where MNIST cannot be had, a full notebook becomes a small one and says so: from then on
 * {@link NotebookSize#current} is {@link NotebookSize#SMALL}, with its numbers and its claims. That decides sizes, so it
 * stands at the top of the first cell.
 *
 * <pre>{@code
 * var digits = NotebookDigits.load(SEED);
 * int rows = NotebookSize.pick(600, 20_000);
 * Dataset images = digits.train(rows), unseen = digits.test(NotebookSize.pick(200, 1000));
 * }</pre>
 *
 * <p>To run the cell again tries again: with MNIST in its place the notebook is full.
 */
public final class NotebookDigits {
    private final long seed;
    private final Dataset[] written;

    private NotebookDigits(long seed, Dataset[] written) {
        this.seed = seed;
        this.written = written;
    }

    /**
     * Finds the digits, and prints which they are.
     *
     * @param seed of the drawn digits to learn from; those to test on have seed + 1
     * @return MNIST in a full notebook where it can be had, else digits that the library draws
     * @throws IllegalArgumentException as {@link NotebookSize#current}
     */
    public static NotebookDigits load(long seed) {
        return load(seed, NotebookSize.asked(), () -> {
            Mnist mnist = Mnist.load();
            return new Dataset[] {mnist.train(), mnist.test()};
        });
    }

    static NotebookDigits load(long seed, NotebookSize asked, Supplier<Dataset[]> mnist) {
        NotebookSize.fallBack(false);
        Dataset[] written = null;
        if (asked == NotebookSize.FULL) {
            try {
                written = mnist.get();
            } catch (UncheckedIOException e) {
                NotebookSize.fallBack(true);
                System.out.println(
                        "MNIST cannot be had, so this run is small: it learns digits that the library draws, and"
                                + " what the text says of the full size is not about it.\n" + e.getMessage());
            }
        }
        NotebookDigits digits = new NotebookDigits(seed, written);
        if (!NotebookSize.fellBack()) {
            System.out.println(digits);
        }
        return digits;
    }

    /**
     * Images to learn from.
     *
     * @param rows how many, at most 60,000 of MNIST
     * @return rows × 784 grey values in [0,1] with labels from 0 to 9: the first of MNIST's, or as many drawn ones
     * @throws IllegalArgumentException if there are not as many
     */
    public Dataset train(int rows) {
        return isMnist() ? written[0].slice(0, rows) : Digits.generate(rows, seed);
    }

    /**
     * Images that no model has learnt from.
     *
     * @param rows how many, at most 10,000 of MNIST
     * @return rows × 784 grey values in [0,1] with labels from 0 to 9: the first of MNIST's, or as many drawn ones
     * @throws IllegalArgumentException if there are not as many
     */
    public Dataset test(int rows) {
        return isMnist() ? written[1].slice(0, rows) : Digits.generate(rows, seed + 1);
    }

    /** {@return whether these are the handwritten digits of MNIST} */
    public boolean isMnist() {
        return written != null;
    }

    /** {@return which digits these are} */
    @Override
    public String toString() {
        return isMnist()
                ? "Full size, with the handwritten digits of MNIST."
                : "Small size, with digits that the library draws.";
    }
}
