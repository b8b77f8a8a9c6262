package lvm.bench;

import java.util.SplittableRandom;
import java.util.function.LongFunction;
import lvm.autodiff.ConvShape;
import lvm.boltzmann.ConditionalRbm;
import lvm.boltzmann.ConvolutionalRbm;
import lvm.boltzmann.HigherOrderRbm;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.Recurrence;
import lvm.boltzmann.RnnRbm;
import lvm.data.Dataset;
import lvm.data.Sequences;
import lvm.fit.NeuralFitBuilder;
import lvm.linalg.Products;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** The Boltzmann machines of sequences, images and pairs: an epoch of CD-1 of each beside its matrix products alone, in turns. */
final class MachinesBench {
    private static final int ROWS = 4000;
    private static final int BATCH = 100;

    private MachinesBench() {}

    private static FMatrixRMaj bits(int rows, int columns) {
        FMatrixRMaj x = new FMatrixRMaj(rows, columns);
        java.util.Arrays.fill(x.data, .1f);
        Fill.bits(x, new SplittableRandom(1));
        return x;
    }

    static void run(int turns) {
        RbmBench.say(
                "%nan epoch of CD-1 of %d rows, batches of %d: its products alone, the epoch, and how many times",
                ROWS, BATCH);
        Dataset rows = Dataset.of(bits(ROWS, 3 * 200));
        // v 200, x 400, h 200: to the biases and back, up and down at data and chains.
        compare(
                turns,
                "ConditionalRbm 200-200 | 400",
                epochs -> set(ConditionalRbm.builder().hidden(200).condition(400), epochs)
                        .fit(rows),
                new int[][] {
                    {400, 200},
                    {400, 200},
                    {400, 200},
                    {400, 200},
                    {200, 200},
                    {200, 200},
                    {200, 200},
                    {200, 200},
                    {200, 200},
                    {200, 200},
                    {200, 200},
                    {200, 200}
                });
        Dataset pairs = Dataset.of(bits(ROWS, 2 * 200));
        compare(
                turns,
                "HigherOrderRbm 200-100 | 200, 200 factors",
                epochs -> set(HigherOrderRbm.builder().hidden(100).factors(200), epochs)
                        .fit(pairs),
                new int[][] {
                    {200, 200},
                    {200, 200},
                    {200, 200},
                    {200, 100},
                    {200, 200},
                    {200, 100},
                    {200, 200},
                    {200, 100},
                    {200, 200},
                    {200, 100},
                    {200, 200},
                    {200, 100},
                    {200, 200},
                    {200, 100}
                });
        FMatrixRMaj[] pieces = new FMatrixRMaj[ROWS / 50];
        for (int k = 0; k < pieces.length; k++) {
            pieces[k] = bits(50, 88);
        }
        Sequences sequences = Sequences.of(pieces);
        for (Recurrence recurrence : Recurrence.values()) {
            compare(
                    turns,
                    "RnnRbm " + recurrence + " 88-150, 150 units of state",
                    epochs -> RnnRbm.builder()
                            .hidden(150)
                            .recurrence(recurrence)
                            .learning(RbmLearning.cd(1))
                            .batchSize(2)
                            .epochs(epochs)
                            .fit(sequences),
                    new int[][] {
                        {88, 150},
                        {88, 150},
                        {88, 150},
                        {88, 150},
                        {88, 150},
                        {88, 150},
                        {88, 150},
                        {88, 150},
                        {150, 150},
                        {150, 150},
                        {150, 88},
                        {150, 88},
                        {150, 150},
                        {150, 150}
                    });
        }
        ConvShape shape = new ConvShape(1, 28, 28, 16, 9, 1, 0);
        Dataset images = Dataset.of(bits(ROWS, 784)).asImages(28, 28);
        int[][] places = new int[8][];
        java.util.Arrays.fill(places, new int[] {shape.patchSize(), 16 * 400});
        compare(
                turns,
                "ConvolutionalRbm 28×28, 16 filters of 9×9",
                epochs -> set(ConvolutionalRbm.builder().filters(16).kernel(9), epochs)
                        .fit(images),
                places);
    }

    private static <B extends NeuralFitBuilder<B, ?>> B set(B builder, long epochs) {
        return builder.batchSize(BATCH).epochs(epochs);
    }

    private static void compare(int turns, String name, LongFunction<?> fit, int[][] products) {
        double[] alone = new double[turns];
        double[] epoch = new double[turns];
        for (int t = -1; t < turns; t++) {
            alone[Math.max(t, 0)] = RbmBench.seconds(() -> products(products));
            double once = RbmBench.seconds(() -> fit.apply(1));
            epoch[Math.max(t, 0)] = RbmBench.seconds(() -> fit.apply(2)) - once;
        }
        RbmBench.say(
                "  %-50s %7.2f %7.2f  %6.2f",
                name, RbmBench.median(alone, null), RbmBench.median(epoch, null), RbmBench.median(epoch, alone));
    }

    private static void products(int[][] sizes) {
        for (int[] size : sizes) {
            FMatrixRMaj x = new FMatrixRMaj(BATCH, size[0]);
            FMatrixRMaj w = new FMatrixRMaj(size[0], size[1]);
            FMatrixRMaj y = new FMatrixRMaj(BATCH, size[1]);
            for (int s = 0; s < ROWS / BATCH; s++) {
                Products.mult(x, w, y);
            }
        }
    }
}
