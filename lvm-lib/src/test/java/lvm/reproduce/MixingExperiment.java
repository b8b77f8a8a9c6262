package lvm.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.evaluation.AutocorrelationTime;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.linalg.Interrupts;
import lvm.model.History;
import lvm.optim.Sgd;
import lvm.random.Seeds;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * How chains of machines of one, two and three hidden layers mix on MNIST, with as many hidden units in all: a restricted machine 784-300, belief
 * networks 784-150-150 and 784-100-100-100, and a deep Boltzmann machine 784-150-150, after few and after many epochs of each layer. All learn from
 * thresholded images by the same rule, stochastic maximum likelihood with one sweep and 100 chains, centred, batches of 100, a constant rate of
 * 0.01, and nothing is chosen. Ten chains begin at the first test images; see {@link PictureChain} for their steps. A picture is the means of the
 * pixels given the layer above. A classifier that learnt from the training images says which class it shows, where it gives one a probability of at
 * least 0.9; other pictures have none. The autocorrelation times leave out the first tenth of the steps and take deviations from the mean of all ten
 * chains; where fifty times such a time is more than there are steps, the chains are too short and the number too low, and it is recorded as a lower
 * bound. The free energies are those of different variables: of v, of the layer below the highest, and of v and h² together.
 */
final class MixingExperiment implements Experiment {
    private static final int CHAINS = 10;
    private static final int STEPS = 2000;
    private static final double SURE = .9;
    private static final int[] EPOCHS = {1, 5, 20, 80};

    @Override
    public String name() {
        return "mixing";
    }

    @Override
    public String about() {
        return "how chains of an RBM, DBNs and a DBM of as many hidden units mix on MNIST; half an hour";
    }

    /** A machine that learns, and its chains from rows of bits. */
    private interface Kind {
        Trained train(Run run, Dataset train, int epochs);
    }

    private interface Start {
        PictureChain at(FMatrixRMaj v, long seed);
    }

    private record Trained(String system, History history, Start start) {}

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, r -> r.quantity().startsWith("classes visited"));
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        Dataset train = images.train().binarized().withoutLabels();
        NeuralClassifier classifier = classifier(run, images.train());
        List<Result> results = new ArrayList<>();
        results.add(run.errorRate(
                "network 784-500-10, grey images",
                ErrorRate.of(classifier, images.test()),
                "none",
                0,
                classifier.history().last("seconds")));
        FMatrixRMaj start = images.test().slice(0, CHAINS).binarized().floatMatrix();
        List<Kind> kinds = List.of(MixingExperiment::rbm, belief(2, 150), belief(3, 100), MixingExperiment::dbm);
        for (int k = 0; k < kinds.size(); k++) {
            for (int epochs : run.small() ? new int[] {5, 60} : EPOCHS) {
                Kind kind = kinds.get(k);
                results.addAll(run.part(k + "-" + epochs, () -> {
                    Trained trained = kind.train(run, train, epochs);
                    Interrupts.check("mixing"); // a stopped fit is no machine of so many epochs
                    return measured(run, trained, epochs, start, classifier);
                }));
            }
        }
        return results;
    }

    // --- the machines

    private static NeuralClassifier classifier(Run run, Dataset train) {
        NeuralClassifier classifier = NeuralClassifier.builder()
                .hidden(run.pick(50, 500))
                .standardize(false)
                .batchSize(100)
                .epochs(run.pick(20, 10))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("classifier"))
                .fit(train);
        Interrupts.check("mixing");
        return classifier;
    }

    private static double rate(Run run) {
        return run.small() ? .05 : .01;
    }

    private static RbmBuilder layer(Run run, int hidden, int epochs) {
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.pcd(1))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(rate(run))
                .batchSize(100)
                .epochs(epochs);
    }

    private static Trained rbm(Run run, Dataset train, int epochs) {
        // Goes on from the fewer epochs before: the rate is constant.
        Rbm rbm = layer(run, run.pick(24, 300), epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("rbm"))
                .fit(train);
        return new Trained(
                "RBM " + rbm.dim() + "-" + rbm.latentDim(), rbm.history(), (v, seed) -> PictureChain.of(rbm, v, seed));
    }

    private static Kind belief(int layers, int width) {
        return (run, train, epochs) -> {
            RbmBuilder[] machines = new RbmBuilder[layers];
            Arrays.setAll(machines, k -> layer(run, run.pick(24 / layers, width), epochs));
            Dbn dbn = Dbn.builder()
                    .layers(machines)
                    .seed(run.seed())
                    .resume(run.checkpoints().resolve("dbn-" + layers + "-" + epochs))
                    .fit(train);
            return new Trained("DBN " + text(dbn.sizes()), dbn.history(), (v, seed) -> PictureChain.of(dbn, v, seed));
        };
    }

    private static Trained dbm(Run run, Dataset train, int epochs) {
        int width = run.pick(12, 150);
        Dbm dbm = Dbm.builder()
                .hidden(width, width)
                .learning(DbmLearning.sml(1))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(rate(run))
                .batchSize(100)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("dbm"))
                .fit(train);
        return new Trained(
                "DBM " + dbm.dim() + "-" + text(dbm.hidden()),
                dbm.history(),
                (v, seed) -> PictureChain.of(dbm, v, seed));
    }

    private static String text(int[] sizes) {
        return String.join("-", Arrays.stream(sizes).mapToObj(Integer::toString).toList());
    }

    // --- what is measured

    private static List<Result> measured(
            Run run, Trained trained, int epochs, FMatrixRMaj start, NeuralClassifier classifier) {
        int steps = run.pick(40, STEPS);
        PictureChain chain = trained.start().at(start, Seeds.split(run.seed(), trained.system() + epochs));
        int first = steps / 10;
        double[][] energies = new double[CHAINS][steps - first];
        List<FMatrixRMaj> pictures = new ArrayList<>();
        List<FMatrixRMaj> features = new ArrayList<>();
        int[][] classes = new int[CHAINS][steps];
        for (int t = 0; t < steps; t++) {
            Interrupts.check("mixing");
            if (t > 0) {
                chain.step();
            }
            FMatrixRMaj p = classifier.classProbabilities(chain.picture());
            for (int c = 0; c < CHAINS; c++) {
                classes[c][t] = sure(p, c);
            }
            if (t >= first) {
                double[] f = chain.freeEnergy();
                for (int c = 0; c < CHAINS; c++) {
                    energies[c][t - first] = f[c];
                }
                put(pictures, chain.picture(), t - first, steps - first);
                put(features, chain.features(), t - first, steps - first);
            }
        }
        String system = trained.system() + ", " + epochs + (epochs == 1 ? " epoch" : " epochs") + " of each layer";
        double seconds = trained.history().last("seconds");
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                CHAINS + " chains from the first test images",
                "thresholded",
                Protocol.Kind.ESTIMATE,
                steps);
        List<Result> results = new ArrayList<>();
        results.add(Result.of(
                system,
                "classes visited in " + steps + " steps",
                mean(each(classes, MixingExperiment::visited)),
                "of 10",
                protocol,
                run.seed(),
                seconds));
        results.add(Result.of(
                system,
                "changes of class in 1000 steps",
                mean(each(classes, c -> 1000.0 * changes(c) / steps)),
                "changes",
                protocol,
                run.seed(),
                seconds));
        results.add(Result.of(
                system,
                "pictures that show a class",
                mean(each(
                        classes,
                        c -> 100.0 * Arrays.stream(c).filter(y -> y >= 0).count() / steps)),
                "%",
                protocol,
                run.seed(),
                seconds));
        String what = "autocorrelation time of the ";
        results.add(time(run, system, what + "free energy", AutocorrelationTime.ofChains(energies), protocol, seconds));
        results.add(time(run, system, what + "pixels", AutocorrelationTime.ofChains(pictures), protocol, seconds));
        results.add(time(
                run,
                system,
                what + "means of the top layer",
                AutocorrelationTime.ofChains(features),
                protocol,
                seconds));
        return results;
    }

    private static Result time(
            Run run, String system, String quantity, Estimate time, Protocol protocol, double seconds) {
        boolean tooShort = 50 * time.value() > protocol.draws();
        Protocol known = new Protocol(
                protocol.data(),
                protocol.split(),
                protocol.binarization(),
                tooShort ? Protocol.Kind.LOWER_BOUND : Protocol.Kind.ESTIMATE,
                protocol.draws());
        return Result.of(system, quantity, time, "steps", known, run.seed(), seconds);
    }

    /** The class of a picture, −1 if it has none. */
    private static int sure(FMatrixRMaj p, int row) {
        for (int y = 0; y < p.numCols; y++) {
            if (p.get(row, y) >= SURE) {
                return y;
            }
        }
        return -1;
    }

    /** How many classes there are among the pictures of a chain. */
    static long visited(int[] classes) {
        return Arrays.stream(classes).filter(y -> y >= 0).distinct().count();
    }

    /** How often a chain shows another class than it showed last; pictures without a class in between do not count. */
    static int changes(int[] classes) {
        int changes = 0;
        int last = -1;
        for (int y : classes) {
            if (y >= 0) {
                changes += last >= 0 && y != last ? 1 : 0;
                last = y;
            }
        }
        return changes;
    }

    private interface OfChain {
        double of(int[] classes);
    }

    private static double[] each(int[][] classes, OfChain of) {
        return Arrays.stream(classes).mapToDouble(of::of).toArray();
    }

    /** The mean over the chains with its standard error. */
    static Estimate mean(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1);
        return new Estimate(mean, Math.sqrt(squares / x.length));
    }

    /** Copies the rows of a step into the traces of the chains, a matrix each. */
    private static void put(List<FMatrixRMaj> traces, FMatrixRMaj rows, int step, int steps) {
        for (int c = 0; c < rows.numRows; c++) {
            if (step == 0) {
                traces.add(new FMatrixRMaj(steps, rows.numCols));
            }
            System.arraycopy(rows.data, c * rows.numCols, traces.get(c).data, step * rows.numCols, rows.numCols);
        }
    }
}
