package lvm.autoregressive;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.ConditionalDensity;
import lvm.linalg.Interrupts;
import lvm.linalg.RowOps;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/** The network of {@link PixelCnn} whose gates get numbers of a context where those of a class would stand. */
final class PixelDensity implements ConditionalDensity {
    private static final String NAME = "pixelCnn";

    private final PixelNet net;

    private PixelDensity(PixelNet net) {
        this.net = net;
    }

    /** What is needed to make one. */
    record Maker(int height, int width, int context, int filters, int blocks, LevelOutput output) implements Factory {
        @Override
        public ConditionalDensity make(int dim, RandomGenerator rng) {
            if (dim != height * width) {
                throw new IllegalArgumentException(
                        "PixelCnn.decoder: images of " + height + "×" + width + ", the data have " + dim + " columns");
            }
            return new PixelDensity(new PixelNet(
                    height,
                    width,
                    context,
                    output,
                    filters,
                    blocks,
                    PixelCnnBuilder.DEFAULT_FIRST_KERNEL,
                    PixelCnnBuilder.DEFAULT_KERNEL,
                    rng));
        }

        @Override
        public int contextColumns() {
            return context;
        }

        @Override
        public void require(String where, FMatrixRMaj x) {
            output.require(where, x, height * width);
        }

        @Override
        public Optional<Recipe> recipe() {
            return Optional.of(Recipe.of(NAME, height, width, context, filters, blocks, output.recipe()));
        }

        @Override
        public String toString() {
            return "PixelCNN of " + blocks + " blocks, " + filters + " filters, " + output;
        }
    }

    /** For {@link java.util.ServiceLoader}. */
    public static final class Provider implements ConditionalDensity.Provider {
        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public Optional<Factory> of(Recipe recipe) {
            return recipe.name().equals(NAME)
                    ? Optional.of(new Maker(
                            recipe.integer(0),
                            recipe.integer(1),
                            recipe.integer(2),
                            recipe.integer(3),
                            recipe.integer(4),
                            LevelOutput.of(recipe.recipe(5))))
                    : Optional.empty();
        }
    }

    @Override
    public List<Param> params() {
        return net.params();
    }

    @Override
    public Var logProbability(Tape tape, Var x, Var context) {
        return net.logProbability(tape, x, context);
    }

    @Override
    public void begin(double[] means) {
        net.begin(means);
    }

    @Override
    public int rowsAtOnce() {
        return net.rowsAtOnce();
    }

    @Override
    public FMatrixRMaj sample(FMatrixRMaj context, RandomGenerator rng) {
        FMatrixRMaj x = new FMatrixRMaj(context.numRows, net.places());
        for (int from = 0; from < x.numRows; from += rowsAtOnce()) {
            sample(RowOps.part(context, from, Math.min(x.numRows, from + rowsAtOnce())), x, from, rng);
        }
        return x;
    }

    private void sample(FMatrixRMaj context, FMatrixRMaj x, int from, RandomGenerator rng) {
        Steps steps = net.steps(context);
        float[] values = new float[context.numRows];
        for (int j = 0; j < x.numCols; j++) {
            Interrupts.check("PixelCnn.decoder");
            FMatrixRMaj parameters = steps.next();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) net.output.draw(parameters.data, i * parameters.numCols, rng);
                x.data[(from + i) * x.numCols + j] = values[i];
            }
            if (j + 1 < x.numCols) {
                steps.put(values);
            }
        }
    }
}
