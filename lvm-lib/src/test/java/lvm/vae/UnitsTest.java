package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.VisibleUnits;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.evaluation.ErrorRate;
import lvm.factor.FactorAnalysis;
import lvm.fit.NonFiniteObjectiveException;
import lvm.flow.NormalizingFlow;
import lvm.flow.Planar;
import lvm.flow.RealNvp;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.History;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The units of the columns: fitted to a x + b with the same seed a model in floats is the same model, with all that it says in the
 * new units. With powers of two for a and no b nothing is rounded differently, and it is so in every bit.
 */
class UnitsTest {
    private static final int N = 120;
    private static final int D = 3;

    /** A factor for each column and what is added to it, of which the first does not round. */
    private static final double[][][] BY_COLUMN = {
        {{0x1p10, 0x1p-12, 0x1p20}, {0, 0, 0}}, {{3.7e4, 1.3e-5, 0.77}, {1e5, -2, 1.6e9}}
    };

    /** One factor for all columns. */
    private static final double[][][] COMMON = {
        {{0x1p13, 0x1p13, 0x1p13}, {0, 0, 0}},
        {{1e-12, 1e-12, 1e-12}, {0, 0, 0}},
        {{1e12, 1e12, 1e12}, {1e13, 0, -1e15}}
    };

    @TempDir
    Path directory;

    /** Three columns, of which the second is a bent function of what the first is made of. */
    private static double[][] rows() {
        SplittableRandom rng = new SplittableRandom(5);
        double[][] x = new double[N][D];
        for (double[] row : x) {
            double z = rng.nextGaussian();
            row[0] = z + 0.3 * rng.nextGaussian();
            row[1] = z * z - 0.5 * z + 0.4 * rng.nextGaussian();
            row[2] = rng.nextGaussian() + 2;
        }
        return x;
    }

    private static Dataset data(double[][] units) {
        double[][] x = rows();
        int[] labels = new int[N];
        for (int i = 0; i < N; i++) {
            labels[i] = x[i][0] + x[i][1] > 0.6 ? 1 : 0;
            for (int j = 0; j < D; j++) {
                x[i][j] = x[i][j] * units[0][j] + units[1][j];
            }
        }
        return Dataset.of(x).withLabels(labels);
    }

    /** What a model says: log densities and bounds, numbers like x, deviations of x, numbers without units, squares of x. */
    private record Said(double[] logs, FMatrixRMaj x, FMatrixRMaj deviations, FMatrixRMaj others, double[] squares) {}

    /** Fits a model and asks it; a is a common factor of the columns. */
    private interface Model {
        Said fit(Dataset data, double a);
    }

    private record Case(String name, boolean byColumn, Model model) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static <B extends VaeBuilder<B, M>, M> B small(B builder, Dataset data) {
        return builder.latent(2)
                .hidden(6)
                .epochs(4)
                .batchSize(25)
                .learningRate(0.01)
                .validation(data.slice(0, 50))
                .seed(3);
    }

    private static RbmBuilder gaussian(RbmLearning learning, Dataset data) {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(3)
                .learning(learning)
                .startDeviation(.3)
                .epochs(4)
                .batchSize(25)
                .learningRate(0.01)
                .validation(data.slice(0, 50))
                .seed(3);
    }

    private static DbmBuilder dbm(DbmLearning learning, Dataset data) {
        return Dbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(3, 2)
                .learning(learning)
                .startDeviation(.3)
                .epochs(4)
                .batchSize(25)
                .learningRate(.01)
                .validation(data.slice(0, 50))
                .seed(3);
    }

    private static double[] logs(History history, double[]... more) {
        DoubleStream course = history.names().stream()
                .filter(name -> !name.equals("seconds"))
                .flatMapToDouble(name -> Arrays.stream(history.column(name)));
        return DoubleStream.concat(course, Arrays.stream(more).flatMapToDouble(Arrays::stream))
                .toArray();
    }

    private static FMatrixRMaj root(FMatrixRMaj x) {
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) Math.sqrt(x.data[i]);
        }
        return x;
    }

    private static Said ask(Vae vae, Dataset data) {
        FMatrixRMaj z = vae.encode(data);
        return new Said(
                logs(
                        vae.history(),
                        vae.elbo(data, 3, new SplittableRandom(2)),
                        vae.logWeights(data, 4, new SplittableRandom(3)).data),
                vae.sample(60, new SplittableRandom(4)),
                root(vae.decodeVariance(z)),
                z,
                new double[0]);
    }

    private static Case vae(Likelihood likelihood) {
        return new Case(
                "Vae, " + likelihood,
                true,
                (data, a) ->
                        ask(small(Vae.builder(), data).likelihood(likelihood).fit(data), data));
    }

    private static Case vae(String name, java.util.function.UnaryOperator<Vae.Builder> special) {
        return new Case(
                name,
                true,
                (data, a) -> ask(
                        special.apply(small(Vae.builder(), data).likelihood(Likelihood.GAUSSIAN))
                                .fit(data),
                        data));
    }

    private static Said ask(AutoencoderModel model, Dataset data, double[] penalty) {
        double[] squares = DoubleStream.concat(
                        Arrays.stream(logs(model.history())),
                        DoubleStream.concat(Arrays.stream(model.cost(data.floatMatrix())), Arrays.stream(penalty)))
                .toArray();
        FMatrixRMaj h = model.encode(data);
        return new Said(new double[0], model.decode(h), null, h, squares);
    }

    static Stream<Case> cases() {
        return Stream.of(
                vae(Likelihood.GAUSSIAN),
                vae(Likelihood.GAUSSIAN_DIAGONAL),
                new Case(
                        "Vae, one variance",
                        false,
                        (data, a) -> ask(
                                small(Vae.builder(), data)
                                        .likelihood(Likelihood.GAUSSIAN_SHARED)
                                        .fit(data),
                                data)),
                new Case(
                        "Vae, fixed variance",
                        false,
                        (data, a) -> ask(
                                small(Vae.builder(), data)
                                        .likelihood(Likelihood.gaussian(0.4 * a))
                                        .fit(data),
                                data)),
                vae("Vae, importance-weighted", builder -> builder.importanceWeighted(3)),
                vae("Vae, flow", builder -> builder.posteriorFlow(Planar.conditional(2))),
                vae("Vae, wake-sleep", builder -> builder.learning(VaeLearning.WAKE_SLEEP)),
                new Case(
                        "Vae, Monte Carlo EM",
                        true,
                        (data, a) -> ask(
                                small(Vae.builder(), data)
                                        .likelihood(Likelihood.GAUSSIAN)
                                        .learning(VaeLearning.monteCarloEm(3, 2, 0.9))
                                        .fit(data),
                                data)),
                new Case("ConditionalVae", true, (data, a) -> {
                    ConditionalVae vae = small(ConditionalVae.builder(), data)
                            .likelihood(Likelihood.GAUSSIAN)
                            .fit(data);
                    return new Said(
                            logs(vae.history()),
                            vae.sample(data.labels(), new SplittableRandom(4)),
                            null,
                            vae.decode(new FMatrixRMaj(0, 2)),
                            new double[0]);
                }),
                new Case("M2", true, (data, a) -> {
                    int[] few = data.labels();
                    Arrays.setAll(few, i -> i % 4 == 0 ? few[i] : Dataset.UNLABELLED);
                    M2 model = M2.builder()
                            .latent(2)
                            .hidden(6)
                            .likelihood(Likelihood.GAUSSIAN_DIAGONAL)
                            .epochs(4)
                            .batchSize(25)
                            .validation(data.slice(0, 50).withoutLabels())
                            .fit(data.withLabels(few));
                    FMatrixRMaj classes = new FMatrixRMaj(N, 1);
                    int[] found = model.classify(data);
                    for (int i = 0; i < N; i++) {
                        classes.data[i] = found[i];
                    }
                    return new Said(
                            logs(model.history()),
                            model.sample(60, new SplittableRandom(4)),
                            null,
                            classes,
                            new double[0]);
                }),
                new Case("NormalizingFlow", true, (data, a) -> {
                    NormalizingFlow flow = NormalizingFlow.builder()
                            .architecture(RealNvp.layers(2, 8))
                            .epochs(4)
                            .batchSize(25)
                            .validation(data.slice(0, 50))
                            .fit(data);
                    return new Said(
                            logs(flow.history(), flow.logDensity(data)),
                            flow.sample(60, new SplittableRandom(4)),
                            null,
                            flow.encode(data),
                            new double[0]);
                }),
                new Case("Rbm", true, (data, a) -> {
                    Rbm rbm = gaussian(RbmLearning.exact(), data).fit(data);
                    PartitionBracket bracket = PartitionBracket.of(rbm)
                            .schedule(AnnealingSchedule.linear(20))
                            .run();
                    double[] logs = logs(
                            rbm.history(),
                            rbm.enumerated().logDensity(data),
                            new double[] {
                                rbm.logLikelihood(data, rbm.logPartition()).natsPerRow(),
                                -rbm.logPartition().nats(),
                                -bracket.lower().nats(),
                                -bracket.upper().nats()
                            },
                            rbm.raise(data, AnnealingSchedule.linear(10), 2, 1));
                    return new Said(
                            logs,
                            rbm.sample(60, 20, new SplittableRandom(4)),
                            root(rbm.variances().orElseThrow()),
                            rbm.encode(data),
                            new double[0]);
                }),
                new Case("Rbm, fixed variances", false, (data, a) -> {
                    Rbm rbm = gaussian(RbmLearning.exact(), data)
                            .fixedVariances(.4 * a * a)
                            .fit(data);
                    return new Said(
                            logs(rbm.history()),
                            rbm.enumerated().sample(60, new SplittableRandom(4)),
                            root(rbm.variances().orElseThrow()),
                            rbm.encode(data),
                            new double[0]);
                }),
                new Case("Rbm, score matching and chains", true, (data, a) -> {
                    Rbm rbm = gaussian(RbmLearning.scoreMatching(), data).fit(data);
                    Rbm chains =
                            gaussian(RbmLearning.tempering(3, 10), data).seed(4).fit(data);
                    double[] course = logs(rbm.history(), logs(chains.history()), chains.freeEnergy(data));
                    FMatrixRMaj others = new FMatrixRMaj(course.length, 1);
                    for (int i = 0; i < course.length; i++) {
                        others.data[i] = (float) course[i];
                    }
                    return new Said(
                            new double[0],
                            rbm.decode(new FMatrixRMaj(1, 3)),
                            root(chains.variances().orElseThrow()),
                            others,
                            new double[0]);
                }),
                new Case("Dbn", true, (data, a) -> {
                    Dbn dbn = Dbn.builder()
                            .layers(
                                    Rbm.builder()
                                            .visible(VisibleUnits.GAUSSIAN)
                                            .hidden(3)
                                            .learning(RbmLearning.exact())
                                            .startDeviation(.3)
                                            .epochs(4)
                                            .batchSize(25),
                                    Rbm.builder()
                                            .hidden(2)
                                            .learning(RbmLearning.exact())
                                            .epochs(2))
                            .upDown(RbmLearning.exact())
                            .epochs(3)
                            .batchSize(25)
                            .learningRate(.01)
                            .validation(data.slice(0, 50))
                            .seed(3)
                            .fit(data);
                    double[] logs = logs(
                            dbn.history().stages().get("layer 1"),
                            logs(dbn.history().stages().get("up-down")),
                            dbn.enumerated().logDensity(data),
                            dbn.enumerated().bound(data),
                            dbn.enumerated().elbo(data, 2, new SplittableRandom(5)),
                            dbn.enumerated().logWeights(data, 2, new SplittableRandom(6)).data,
                            new double[] {
                                dbn.enumerated().logLikelihood(data) / N,
                                dbn.logLikelihood(data, dbn.top().logPartition(), 5, 1)
                                        .natsPerRow()
                            });
                    return new Said(
                            logs,
                            dbn.sample(60, 20, new SplittableRandom(4)),
                            root(dbn.variances().orElseThrow()),
                            dbn.encode(data),
                            new double[0]);
                }),
                new Case("Dbm", true, (data, a) -> {
                    Dbm dbm = dbm(DbmLearning.exact(), data).fit(data);
                    Dbm chains = dbm(DbmLearning.sml(2, 10), data).fit(data);
                    PartitionBracket bracket = PartitionBracket.of(dbm)
                            .schedule(AnnealingSchedule.linear(20))
                            .run();
                    double[] logs = logs(
                            dbm.history(),
                            logs(chains.history()),
                            dbm.enumerated().logDensity(data),
                            new double[] {
                                dbm.bound(data, dbm.logPartition()).natsPerRow(),
                                dbm.tighterBound(data, dbm.logPartition(), 2, 1).natsPerRow(),
                                -dbm.logPartition().nats(),
                                -bracket.lower().nats(),
                                -bracket.upper().nats()
                            });
                    return new Said(
                            logs,
                            dbm.sample(60, 20, new SplittableRandom(4)),
                            root(chains.variances().orElseThrow()),
                            dbm.encode(data),
                            new double[0]);
                }),
                new Case("Dbm, pretrained", true, (data, a) -> {
                    Dbm dbm = Dbm.builder()
                            .pretraining(
                                    Rbm.builder()
                                            .visible(VisibleUnits.GAUSSIAN)
                                            .hidden(3)
                                            .epochs(2),
                                    Rbm.builder().hidden(2).epochs(2))
                            .epochs(2)
                            .batchSize(25)
                            .seed(3)
                            .fit(data);
                    return new Said(
                            dbm.enumerated().logDensity(data),
                            dbm.sampleMeans(60, 20, new SplittableRandom(4)),
                            root(dbm.variances().orElseThrow()),
                            dbm.encode(data),
                            new double[0]);
                }),
                new Case("NeuralClassifier", true, (data, a) -> {
                    NeuralClassifier model = NeuralClassifier.builder()
                            .hidden(6)
                            .epochs(4)
                            .batchSize(25)
                            .fit(data);
                    double[] course = logs(model.history());
                    FMatrixRMaj classes = new FMatrixRMaj(N + course.length, 1);
                    int[] found = model.classify(data);
                    for (int i = 0; i < N; i++) {
                        classes.data[i] = found[i];
                    }
                    for (int i = 0; i < course.length; i++) {
                        classes.data[N + i] = (float) course[i];
                    }
                    return new Said(new double[0], null, null, classes, new double[0]);
                }),
                new Case(
                        "Autoencoder",
                        false,
                        (data, a) -> ask(
                                Autoencoder.builder()
                                        .latent(2)
                                        .hidden(5)
                                        .sparsity(0.1 * a * a)
                                        .epochs(4)
                                        .batchSize(25)
                                        .validation(data.slice(0, 50))
                                        .fit(data),
                                data,
                                new double[0])),
                new Case(
                        "DenoisingAutoencoder",
                        false,
                        (data, a) -> ask(
                                DenoisingAutoencoder.builder()
                                        .latent(2)
                                        .noise(0.3 * a)
                                        .epochs(4)
                                        .batchSize(25)
                                        .optimizer(Sgd::new)
                                        .fit(data),
                                data,
                                new double[0])),
                new Case("ContractiveAutoencoder", false, (data, a) -> {
                    ContractiveAutoencoder model = ContractiveAutoencoder.builder()
                            .latent(2)
                            .contraction(0.1 * a * a * a * a)
                            .epochs(4)
                            .batchSize(25)
                            .fit(data);
                    double[] norms = model.contraction(data.floatMatrix());
                    return ask(
                            model,
                            data,
                            Arrays.stream(norms).map(v -> v * a * a * a * a).toArray());
                }));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aModelIsTheSameInOtherUnits(Case tried) {
        double[][] same = {{1, 1, 1}, {0, 0, 0}};
        Said said = tried.model().fit(data(same), 1);
        for (double[][] units : tried.byColumn() ? BY_COLUMN : COMMON) {
            boolean exact = Math.getExponent(units[0][0]) == Math.log(units[0][0]) / Math.log(2)
                    && Arrays.stream(units[1]).allMatch(b -> b == 0);
            double tolerance = exact ? 0 : 2e-3;
            Said other = tried.model().fit(data(units), units[0][0]);
            double shift = Arrays.stream(units[0]).map(Math::log).sum();
            assertEquals(said.logs().length, other.logs().length);
            for (int i = 0; i < said.logs().length; i++) {
                // The logarithms of the scales are rounded: in doubles, but in floats within the map of a flow.
                double rounding = Math.abs(shift) * (tried.name().equals("NormalizingFlow") ? 2e-7 : 1e-12) + 1e-12;
                assertEquals(said.logs()[i] - shift, other.logs()[i], tolerance + rounding, "log " + i);
            }
            for (int i = 0; i < said.squares().length; i++) {
                double square = units[0][0] * units[0][0];
                assertEquals(said.squares()[i] * square, other.squares()[i], tolerance * 10 * square, "square " + i);
            }
            for (int i = 0; said.x() != null && i < said.x().getNumElements(); i++) {
                int j = i % D;
                double expected = said.x().data[i] * units[0][j] + units[1][j];
                double rounding = Math.ulp((float) expected) * (exact ? 0 : 1);
                assertEquals(expected, other.x().data[i], 5 * tolerance * units[0][j] + rounding, "x " + i);
            }
            for (int i = 0; said.deviations() != null && i < said.deviations().getNumElements(); i++) {
                double expected = said.deviations().data[i] * units[0][i % D];
                assertEquals(expected, other.deviations().data[i], (tolerance + 1e-6) * expected, "deviation " + i);
            }
            for (int i = 0; i < said.others().getNumElements(); i++) {
                assertEquals(said.others().data[i], other.others().data[i], 5 * tolerance, "other " + i);
            }
        }
    }

    /** What takes rows in floats, against what was said in other units; in powers of two floats hold what doubles do. */
    @Test
    void rowsInFloatsAreStandardisedToo() {
        Dataset plain = data(new double[][] {{1, 1, 1}, {0, 0, 0}});
        double[][] units = BY_COLUMN[0];
        double shift = Arrays.stream(units[0]).map(Math::log).sum();
        FMatrixRMaj x = plain.floatMatrix();
        FMatrixRMaj y = x.copy();
        for (int i = 0; i < y.getNumElements(); i++) {
            y.data[i] *= (float) units[0][i % D];
        }
        Vae one = small(Vae.builder(), Dataset.of(x))
                .likelihood(Likelihood.GAUSSIAN)
                .fit(x);
        Vae two = small(Vae.builder(), Dataset.of(y))
                .likelihood(Likelihood.GAUSSIAN)
                .fit(y);
        FMatrixRMaj z = one.encode(x);
        assertArrayEquals(z.data, two.encode(y).data);
        assertArrayEquals(one.encode(x, new SplittableRandom(1)).data, two.encode(y, new SplittableRandom(1)).data);
        assertArrayEquals(one.posterior(x).variance().data, two.posterior(y).variance().data);
        assertArrayEquals(one.klPerLatent(x).data, two.klPerLatent(y).data);
        same(shift, one.logJoint(x, z).data, two.logJoint(y, z).data);
        same(shift, one.elbo(x, 2, new SplittableRandom(2)), two.elbo(y, 2, new SplittableRandom(2)));
        same(
                shift,
                one.logWeights(x, 2, new SplittableRandom(2)).data,
                two.logWeights(y, 2, new SplittableRandom(2)).data);
        Vae.Posterior best = one.bestPosterior(x, 20, new SplittableRandom(3));
        assertArrayEquals(
                best.mean().data,
                two.bestPosterior(y, 20, new SplittableRandom(3)).mean().data);
        same(
                shift,
                one.logWeights(x, best, 2, new SplittableRandom(4)).data,
                two.logWeights(y, best, 2, new SplittableRandom(4)).data);
        same(
                shift,
                one.posteriorChains(x, 3, 0.1, new SplittableRandom(5)).logDensity(),
                two.posteriorChains(y, 3, 0.1, new SplittableRandom(5)).logDensity());
        FMatrixRMaj reconstructed = one.reconstruct(x);
        FMatrixRMaj other = two.reconstruct(y);
        for (int i = 0; i < other.getNumElements(); i++) {
            assertEquals(reconstructed.data[i] * (float) units[0][i % D], other.data[i]);
        }
    }

    private static void same(double shift, double[] expected, double[] actual) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i] - shift, actual[i], 1e-9);
        }
    }

    /** A linear decoder and a variance for each column are factor analysis, whose density is known; p is read off the model. */
    @Test
    void aLinearVaeOfColumnsInAnyUnitsIsFactorAnalysis() {
        Dataset data = agesAndIncomes();
        FactorAnalysis best = FactorAnalysis.builder().factors(1).fit(data);
        double maximum = best.logLikelihood(data) / data.rows();
        Vae vae = Vae.builder()
                .latent(1)
                .hidden()
                .likelihood(Likelihood.GAUSSIAN_DIAGONAL)
                .bound(BoundForm.SAMPLED)
                .learningRate(0.02)
                .schedule(Schedule.cosine(1600, 0.01))
                .epochs(400)
                .fit(data);
        LinearDecoder p = LinearDecoder.of(vae);
        FactorAnalysis exact = FactorAnalysis.of(p.w(), p.b(), p.variance());
        double reached = exact.logLikelihood(data) / data.rows();
        assertEquals(maximum, reached, 0.02);
        // Its bound is that of the posterior, which one Gaussian is.
        double bound = Arrays.stream(vae.elbo(data, 50, new SplittableRandom(1)))
                .average()
                .orElseThrow();
        assertEquals(reached, bound, 0.02);
        // p(x) by quadrature over z, of log p(x, z) in the units of the data.
        int points = 801;
        FMatrixRMaj z = new FMatrixRMaj(points, 1);
        for (int i = 0; i < points; i++) {
            z.data[i] = (i - 400) / 50f;
        }
        FMatrixRMaj few = data.slice(0, 5).floatMatrix();
        DMatrixRMaj joint = vae.logJoint(few, z);
        double[] density = exact.logDensity(Dataset.of(few));
        for (int i = 0; i < 5; i++) {
            double sum = 0;
            for (int s = 0; s < points; s++) {
                sum += Math.exp(joint.get(i, s) - density[i]) / 50;
            }
            assertEquals(1, sum, 0.01, "row " + i); // the loadings of times are read off floats in steps of 128
        }
    }

    /** Years, money and a share: what networks saw as it is was NaN, or hundreds of nats short of a straight line. */
    private static Dataset agesAndIncomes() {
        SplittableRandom rng = new SplittableRandom(8);
        double[][] x = new double[400][];
        for (int i = 0; i < x.length; i++) {
            double z = rng.nextGaussian();
            x[i] = new double[] {
                45 + 12 * (0.8 * z + 0.6 * rng.nextGaussian()),
                52_000 + 21_000 * (0.7 * z + 0.7 * rng.nextGaussian()),
                0.03 + 0.004 * (-0.6 * z + 0.8 * rng.nextGaussian()),
                1.6e9 + 3e4 * (0.5 * z + 0.9 * rng.nextGaussian())
            };
        }
        return Dataset.of(x).withColumns("age", "income", "share", "time");
    }

    @Test
    void aVaeOfAgesAndIncomesIsAsGoodAsFactorAnalysis() {
        Dataset data = agesAndIncomes();
        double best = FactorAnalysis.builder().factors(2).fit(data).logLikelihood(data) / data.rows();
        Vae vae = Vae.builder()
                .latent(2)
                .hidden(20)
                .likelihood(Likelihood.GAUSSIAN_DIAGONAL)
                .learningRate(0.01)
                .epochs(100)
                .fit(data);
        double bound = Arrays.stream(vae.elbo(data, 50, new SplittableRandom(1)))
                .average()
                .orElseThrow();
        assertTrue(bound > best - 0.2, bound + " of " + best);
        assertEquals("each column", vae.summary().settings().get("standardised"));
    }

    @Test
    void aFixedDeviationIsOneInTheUnitsOfTheData() {
        Dataset data = agesAndIncomes();
        Vae vae = Vae.builder()
                .latent(1)
                .hidden(4)
                .likelihood(Likelihood.gaussian(7))
                .epochs(1)
                .fit(data);
        for (float variance : vae.decodeVariance(new FMatrixRMaj(3, 1)).data) {
            assertEquals(49, variance);
        }
        // Draws around the mean have that deviation, in a column whose own is 21,000 as well as in one of 0.004.
        FMatrixRMaj z = vae.samplePrior(4000, new SplittableRandom(1));
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj same = new FMatrixRMaj(4000, 1);
        FMatrixRMaj draws = vae.net().sample(same, null, rng);
        double[] squares = new double[3];
        FMatrixRMaj mean = vae.decode(same);
        for (int i = 0; i < draws.numRows; i++) {
            for (int j = 0; j < 3; j++) {
                squares[j] += Math.pow(draws.get(i, j) - mean.get(i, j), 2) / draws.numRows;
            }
        }
        for (double square : squares) {
            assertEquals(49, square, 49 * 5 * Math.sqrt(2.0 / 4000)); // five standard errors
        }
        assertEquals(4000, z.numRows);
        // One that is learnt is one for all columns, too.
        Vae shared = Vae.builder()
                .latent(1)
                .hidden(4)
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .epochs(1)
                .fit(data);
        FMatrixRMaj variances = shared.decodeVariance(same);
        for (int j = 1; j < 4; j++) {
            assertEquals(variances.get(0, 0), variances.get(0, j), 1e-4 * variances.get(0, 0));
        }
    }

    /** f(z) without parameters is known in the units of the data, and N(f(z), σ²) means what it says. */
    @Test
    void aGivenDecoderIsNotMoved() {
        NetworkFactory square = (name, in, out, rng) -> new Layer() {
            @Override
            public java.util.List<lvm.autodiff.Param> params() {
                return java.util.List.of();
            }

            @Override
            public lvm.autodiff.Var forward(lvm.autodiff.Tape tape, lvm.autodiff.Var z) {
                return z.square().mul(1000);
            }
        };
        double[][] x = new double[50][1];
        for (int i = 0; i < x.length; i++) {
            x[i][0] = 20 * i;
        }
        Vae vae = Vae.builder()
                .latent(1)
                .encoder(NetworkFactory.linear())
                .decoder(square)
                .likelihood(Likelihood.gaussian(30))
                .epochs(0)
                .fit(x);
        FMatrixRMaj z = new FMatrixRMaj(1, 1);
        z.data[0] = 2;
        assertEquals(4000, vae.decode(z).data[0]);
        assertFalse(vae.summary().settings().containsKey("standardised"));
    }

    @Test
    void aClassifierSeesColumnsInAnyUnits() {
        Dataset data = agesAndIncomes();
        int[] labels = new int[data.rows()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (data.get(i, 0) - 45) / 12 - (data.get(i, 2) - 0.03) / 0.004 > 0 ? 1 : 0;
        }
        Dataset known = data.withLabels(labels);
        NeuralClassifier classifier = NeuralClassifier.builder()
                .hidden(10)
                .learningRate(0.01)
                .epochs(60)
                .fit(known);
        double rate = ErrorRate.of(classifier.classify(known), labels).value();
        assertTrue(rate < 0.03, "wrong in " + rate);
    }

    /** Every kind that standardises keeps the means and deviations in its file, which the other tests of files go through. */
    @Test
    void aSavedModelStandardisesAsBefore() {
        Dataset data = agesAndIncomes();
        Vae vae = small(Vae.builder(), data).likelihood(Likelihood.GAUSSIAN).fit(data);
        vae.save(directory.resolve("vae"));
        Vae again = Vae.load(directory.resolve("vae"));
        assertArrayEquals(vae.elbo(data, 2, new SplittableRandom(1)), again.elbo(data, 2, new SplittableRandom(1)));
        assertArrayEquals(vae.sample(9, new SplittableRandom(1)).data, again.sample(9, new SplittableRandom(1)).data);
    }

    @Test
    void offItIsAsBefore() {
        Dataset data = data(new double[][] {{1, 1, 1}, {0, 0, 0}});
        Vae vae = small(Vae.builder(), data)
                .likelihood(Likelihood.GAUSSIAN)
                .standardize(false)
                .epochs(0)
                .fit(data);
        // The first bias of the decoder is at the means of the data.
        FMatrixRMaj bias = vae.parameters().get("decoder.1.b");
        for (int j = 0; j < D; j++) {
            double mean = 0;
            for (int i = 0; i < N; i++) {
                mean += data.get(i, j) / N;
            }
            assertEquals(mean, bias.data[j], 1e-6);
        }
        assertFalse(vae.summary().settings().containsKey("standardised"));
    }

    /** Grey levels and bits are no measurements. */
    @Test
    void greyLevelsAreSeenAsTheyAre() {
        byte[] bytes = new byte[90];
        new java.util.Random(1).nextBytes(bytes);
        for (Dataset data : new Dataset[] {
            Dataset.ofBytes(bytes, 3, 255),
            Dataset.ofBytes(bytes, 3, 255).binarized(),
            Dataset.of(new double[][] {{0, .3, .1}, {1, .2, .7}, {.5, .5, .25}})
        }) {
            assertTrue(data.hasGreyLevels());
            Vae vae = Vae.builder()
                    .latent(1)
                    .hidden(3)
                    .likelihood(Likelihood.GAUSSIAN)
                    .epochs(0)
                    .fit(data);
            Vae plain = Vae.builder()
                    .latent(1)
                    .hidden(3)
                    .likelihood(Likelihood.GAUSSIAN)
                    .standardize(false)
                    .epochs(0)
                    .fit(data);
            vae.parameters()
                    .forEach((name, m) ->
                            assertArrayEquals(m.data, plain.parameters().get(name).data, name));
        }
        assertFalse(Dataset.of(new double[][] {{0, 0.5}, {1, 1.5}}).hasGreyLevels());
        assertFalse(Dataset.of(new double[][] {{0.2, 0.5}, {0.3, 0.7}}).hasGreyLevels());
    }

    @Test
    void theNumbersThatMadeNaNAreNamed() {
        double[][] x = new double[60][];
        for (int i = 0; i < x.length; i++) {
            x[i] = new double[] {i % 7, 1e7 * (i % 5)};
        }
        Dataset data = Dataset.of(x).withColumns("age", "income");
        String message = assertThrows(
                        NonFiniteObjectiveException.class,
                        () -> Vae.builder()
                                .latent(1)
                                .hidden(5)
                                .likelihood(Likelihood.GAUSSIAN)
                                .standardize(false)
                                .learningRate(0.1)
                                .epochs(50)
                                .fit(data))
                .getMessage();
        assertTrue(message.contains("column \"income\" has numbers far from 0, such as 4.0E7"), message);
        assertTrue(message.contains("leave standardize on"), message);
    }
}
