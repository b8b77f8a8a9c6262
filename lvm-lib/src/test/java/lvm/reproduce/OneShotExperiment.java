package lvm.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lvm.autodiff.Activation;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Distortions;
import lvm.data.Matrices;
import lvm.data.Omniglot;
import lvm.data.Splits;
import lvm.nn.NetworkFactory;
import lvm.representation.OneShot;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * The 20 one-shot tasks of 20 characters of Omniglot, each told from one example: by the modified Hausdorff distance, which is the published
 * baseline, by pixels, and by what networks make of the images that learnt to tell the characters of the two small background sets. Nothing is
 * chosen on the tasks. At the small size tasks are of digits drawn by the library, and the networks learn the other digits.
 */
final class OneShotExperiment implements Experiment {
    private static final int EDGE = 28;

    @Override
    public String name() {
        return "one-shot";
    }

    @Override
    public String about() {
        return "errors of Omniglot's 20 one-shot tasks with features of networks and without; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        long begin = System.nanoTime();
        List<Splits.Episode> tasks;
        List<Splits.Episode> small;
        Dataset background;
        if (run.small()) {
            Dataset digits = Digits.generate(400, 2);
            Dataset others = Splits.ofClasses(digits, 0, 1, 2, 3, 4);
            tasks = IntStream.range(0, 4)
                    .mapToObj(k -> Splits.episode(others, 5, 1, 4, k))
                    .toList();
            small = tasks;
            background = Splits.ofClasses(Digits.generate(300, 3), 5, 6, 7, 8, 9);
        } else {
            Omniglot all = Omniglot.load();
            tasks = all.runs();
            small = tasks.stream()
                    .map(task -> task.map(OneShotExperiment::resized))
                    .toList();
            background = both(resized(all.background(1)), resized(all.background(2)));
        }
        Map<String, OneShot.Distance> distances = new LinkedHashMap<>();
        distances.put("nearest pixels at 28×28", OneShot.rows());
        for (boolean turned : run.small() ? new boolean[] {false} : new boolean[] {false, true}) {
            Dataset learnt = turned ? turned(background) : background;
            String how = turned ? " and these turned by up to 10 degrees" : "";
            distances.put(
                    "logits of a convolutional network of the background sets" + how,
                    OneShot.logits(net(
                            run, learnt, NetworkFactory.convolutional(EDGE, run.pick(16, 256), 8, 32, 64), turned)));
            distances.put(
                    "logits of a network of two layers of the background sets" + how,
                    OneShot.logits(net(
                            run,
                            learnt,
                            NetworkFactory.mlp(Activation.RELU, run.pick(16, 400), run.pick(16, 400)),
                            turned)));
        }
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String data = run.small() ? "Digits, 4 tasks of 5 ways" : "Omniglot, 20 runs of 20-way classification";
        Protocol protocol = new Protocol(data, "test", "none", Protocol.Kind.ESTIMATE, 0);
        List<Result> results = new ArrayList<>();
        results.add(run.percent(
                "modified Hausdorff distance", OneShot.errors(tasks, OneShot.modifiedHausdorff()), protocol, 0));
        for (Map.Entry<String, OneShot.Distance> distance : distances.entrySet()) {
            double seconds = (System.nanoTime() - begin) / 1e9;
            results.add(run.percent(distance.getKey(), OneShot.errors(small, distance.getValue()), protocol, seconds));
        }
        return results;
    }

    private static Dataset resized(Dataset images) {
        return Distortions.resized(images, EDGE, EDGE);
    }

    private static NeuralClassifier net(Run run, Dataset data, NetworkFactory network, boolean turned) {
        String place = network.recipe().orElseThrow().name() + (turned ? "-turned" : "");
        return NeuralClassifier.builder()
                .network(network)
                .standardize(false)
                .epochs(run.pick(2, turned ? 20 : 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve(place))
                .fit(data);
    }

    /** The classes of both sets, those of the second after those of the first. */
    private static Dataset both(Dataset first, Dataset second) {
        List<String> names = new ArrayList<>();
        first.classNames().forEach(name -> names.add("1/" + name));
        second.classNames().forEach(name -> names.add("2/" + name));
        int[] labels = IntStream.concat(
                        IntStream.of(first.labels()),
                        IntStream.of(second.labels()).map(label -> label + first.classes()))
                .toArray();
        return stacked(List.of(first, second)).withClasses(labels, names);
    }

    private static Dataset turned(Dataset images) {
        List<Dataset> all = new ArrayList<>();
        int[] labels = new int[0];
        for (double degrees : new double[] {-10, -5, 0, 5, 10}) {
            all.add(Distortions.rotated(images, degrees));
            labels = IntStream.concat(IntStream.of(labels), IntStream.of(images.labels()))
                    .toArray();
        }
        return stacked(all).withClasses(labels, images.classNames());
    }

    private static Dataset stacked(List<Dataset> sets) {
        List<FMatrixRMaj> rows = sets.stream().map(set -> set.floatMatrix()).toList();
        return Dataset.of(Matrices.stack(rows)).asImages(EDGE, EDGE);
    }
}
