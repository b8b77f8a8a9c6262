package lvm.kernel.extension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.classify.SupportVectorMachine;
import lvm.data.Dataset;
import lvm.data.OldFaithful;
import lvm.data.Tables;
import lvm.data.Toy2d;
import lvm.distribution.Normal;
import lvm.factor.Pca;
import lvm.mixture.GaussianMixture;
import lvm.plot.Plots;
import lvm.results.References;
import lvm.store.Models;
import lvm.vae.Likelihood;
import lvm.vae.Vae;
import tech.tablesaw.aggregate.AggregateFunctions;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/** What a user does with the library in a cell, so that each library it is built on is called at least once. */
final class Fits {
    private Fits() {}

    static Map<String, Object> all() {
        Map<String, Object> values = new LinkedHashMap<>();
        Table eruptions = OldFaithful.load();
        GaussianMixture mixture = GaussianMixture.builder().components(2).fit(Tables.matrix(eruptions));
        values.put("fit mixture", mixture);
        values.put("fit mixture, read again", again(mixture));
        values.put("fit components", Pca.builder().components(1).fit(Tables.matrix(eruptions)));
        values.put(
                "fit autoencoder",
                Vae.builder()
                        .latent(1)
                        .hidden(4)
                        .likelihood(Likelihood.GAUSSIAN)
                        .epochs(2)
                        .fit(Toy2d.TWO_MOONS.generate(60, 1).withoutLabels()));
        Dataset moons = Toy2d.TWO_MOONS.generate(60, 1);
        values.put("fit machine", SupportVectorMachine.builder().fit(moons));
        values.put("picture of a density", Plots.density(mixture).xLabel("x").yLabel("y"));
        values.put("table of a file", Table.read().usingOptions(CsvReadOptions.builderFromString("a,b\n1,x\n2,y\n")));
        values.put(
                "table of means",
                eruptions
                        .summarize("waiting", AggregateFunctions.mean, AggregateFunctions.skewness)
                        .apply());
        values.put(
                "table of numbers",
                new double[] {Normal.quantile(.3), References.load().size()});
        return values;
    }

    private static Object again(GaussianMixture model) {
        try {
            Path file = Files.createTempFile("extension", ".safetensors");
            model.save(file);
            Object read = Models.load(file);
            Files.delete(file);
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
