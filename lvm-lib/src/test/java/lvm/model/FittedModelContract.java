package lvm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.fit.FitBuilder;
import lvm.fit.IterativeFitBuilder;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/**
 * What holds for every model in double precision that comes from a builder: a fit changes nothing in the builder, columns are
 * told by their names, and a model that was saved and loaded is the same in every bit.
 *
 * @param <M> the model
 */
public interface FittedModelContract<M extends SavedModel & Observed<DMatrixRMaj>> {
    /** A new builder with settings for {@link #data}. */
    FitBuilder<?, M> fitting();

    /** What else the model computes for rows, beside the capabilities that it implements. */
    List<Object> own(M model, DMatrixRMaj x);

    /** Whether the way of learning that is set iterates, and so keeps checkpoints. */
    default boolean iterates() {
        return fitting() instanceof IterativeFitBuilder<?, ?>;
    }

    /** Rows to fit: three columns that are far from Gaussian, apart and correlated. */
    static DMatrixRMaj data() {
        SplittableRandom rng = new SplittableRandom(7);
        DMatrixRMaj x = new DMatrixRMaj(90, 3);
        for (int i = 0; i < x.numRows; i++) {
            double a = rng.nextDouble() * 4 + 6 * (i % 3);
            double b = -Math.log(1 - rng.nextDouble());
            double c = rng.nextGaussian();
            x.set(i, 0, a + .3 * b);
            x.set(i, 1, b - .5 * c);
            x.set(i, 2, .2 * a + .4 * c - 3);
        }
        return x;
    }

    private static Table table(int... order) {
        String[] names = {"width", "height", "weight"};
        DMatrixRMaj x = data();
        DMatrixRMaj y = new DMatrixRMaj(x.numRows, order.length);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < order.length; j++) {
                y.set(i, j, x.get(i, order[j]));
            }
        }
        return Tables.table("t", y, Arrays.stream(order).mapToObj(j -> names[j]).toArray(String[]::new));
    }

    /** The model as the capability that it was found to have. */
    @SuppressWarnings("unchecked")
    private static <C> C as(Object model) {
        return (C) model;
    }

    /** What the capabilities of a model say of rows, as a matrix or, by their default methods, as a data set. */
    private List<Object> said(M model, DMatrixRMaj x, Dataset data) {
        List<Object> all = new ArrayList<>();
        if (model instanceof HasDensity<?>) {
            HasDensity<DMatrixRMaj> density = as(model);
            all.add(data == null ? density.logDensity(x) : density.logDensity(data));
            all.add(data == null ? density.logLikelihood(x) : density.logLikelihood(data));
        }
        if (model instanceof HasEncoder<?>) {
            HasEncoder<DMatrixRMaj> encoder = as(model);
            all.add(encoder.latentDim());
            all.add(data == null ? encoder.encode(x) : encoder.encode(data));
        }
        if (model instanceof HasComponents<?>) {
            HasComponents<DMatrixRMaj> mixture = as(model);
            all.add(mixture.components());
            all.add(data == null ? mixture.responsibilities(x) : mixture.responsibilities(data));
            all.add(Arrays.toString(data == null ? mixture.assignments(x) : mixture.assignments(data)));
        }
        return all;
    }

    /** Everything that a model says, every bit of it. */
    private String bits(M model) {
        DMatrixRMaj x = data();
        List<Object> all = said(model, x, null);
        if (model instanceof HasDecoder<?>) {
            HasDecoder<DMatrixRMaj> decoder = as(model);
            all.add(decoder.decode(new DMatrixRMaj(2, decoder.latentDim(), true, x.data)));
        }
        if ((Object) model instanceof GenerativeModel<?> generative) {
            all.add(generative.sample(9, new SplittableRandom(5)));
        }
        all.addAll(own(model, x));
        all.add(model.dim());
        all.add(model.columns());
        all.add(model.toString());
        all.add(model.history().stop());
        for (String name : model.history().names()) {
            all.add(model.history().column(name));
        }
        return text(all);
    }

    private static String text(List<Object> all) {
        StringBuilder text = new StringBuilder();
        for (Object one : all) {
            if (one instanceof DMatrixRMaj matrix) {
                double[] values = Arrays.copyOf(matrix.data, matrix.getNumElements());
                text.append(matrix.numRows).append('×').append(matrix.numCols).append(Arrays.toString(values));
            } else {
                text.append(one instanceof double[] numbers ? Arrays.toString(numbers) : String.valueOf(one));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    default void aFitChangesNothingInItsBuilder() {
        FitBuilder<?, M> builder = fitting();
        String first = bits(builder.fit(data()));
        assertEquals(first, bits(builder.fit(data())));
        assertEquals(first, bits(fitting().fit(data())));
    }

    @Test
    default void columnsAreToldByTheirNames() {
        M model = fitting().fit(table(0, 1, 2));
        assertEquals(List.of("width", "height", "weight"), model.columns());
        assertEquals(List.of(), fitting().fit(data()).columns());
        assertEquals(model.columns(), fitting().fit(Dataset.of(table(0, 1, 2))).columns());
        DMatrixRMaj x = data();
        for (int[] order : new int[][] {{0, 1, 2}, {2, 0, 1}, {1, 0, 2}}) {
            Dataset data = Dataset.of(table(order));
            assertEquals(text(said(model, x, null)), text(said(model, x, data)));
            assertArrayEquals(x.data, model.observations(table(order)).data);
        }
        // Without names the columns are taken as they stand.
        assertArrayEquals(x.data, model.observations(Dataset.of(x)).data);
        assertNames("weight", () -> model.observations(table(0, 1)));
        Table other = table(0, 1, 2);
        other.column("weight").setName("colour");
        assertNames("weight", () -> model.observations(other));
        assertNames("colour", () -> model.observations(other));
    }

    private static void assertNames(String column, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(column), message);
    }

    @Test
    default void aModelThatWasSavedAndLoadedIsTheSame(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("model.safetensors");
        M model = fitting().fit(table(0, 1, 2));
        model.save(file);
        M again = as(Models.load(file, model.getClass()));
        assertEquals(bits(model), bits(again));
        M own = as(model.getClass().getMethod("load", Path.class).invoke(null, file));
        assertEquals(bits(model), bits(own));
    }

    @Test
    default void aCheckpointOfOtherDataIsRefused(@TempDir Path directory) {
        if (iterates()
                && fitting() instanceof IterativeFitBuilder<?, M> first
                && fitting() instanceof IterativeFitBuilder<?, M> second) {
            first.checkpoint(directory).fit(data());
            assertEquals(
                    bits(fitting().fit(data())), bits(second.resume(directory).fit(data())));
            DMatrixRMaj moved = data();
            for (int i = 0; i < moved.data.length; i++) {
                moved.data[i] += 1;
            }
            String message = assertThrows(IllegalArgumentException.class, () -> second.fit(moved))
                    .getMessage();
            assertTrue(message.contains("data"), message);
        }
    }
}
