package lvm.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Distortions;
import lvm.evaluation.ErrorRate;
import lvm.nn.NetworkFactory;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * A classifier of digits on other distributions of digits: inverted, turned by 45 degrees, and drawn by the library. As it is; with its batch
 * statistics measured on images of the other distribution without their labels; and learnt anew from these with their labels, which is what
 * there is to win. Chance is 90 %. At the small size the first distribution is drawn, too.
 */
final class DomainExperiment implements Experiment {

    private record Domain(Dataset train, Dataset test) {}

    @Override
    public String name() {
        return "domain";
    }

    @Override
    public String about() {
        return "errors of a classifier of MNIST on inverted, turned and drawn digits, adapted and not; half an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(501, 200);
        Map<String, Domain> domains = new LinkedHashMap<>();
        domains.put("the same", new Domain(images.train(), images.test()));
        domains.put("inverted", new Domain(Distortions.inverted(images.train()), Distortions.inverted(images.test())));
        domains.put(
                "turned by 45 degrees",
                new Domain(Distortions.rotated(images.train(), 45), Distortions.rotated(images.test(), 45)));
        domains.put(
                "drawn",
                new Domain(Digits.generate(run.pick(300, 60_000), 11), Digits.generate(run.pick(200, 10_000), 12)));
        NeuralClassifier source = fit(run, images.train(), "source");
        List<Result> results = new ArrayList<>();
        for (Map.Entry<String, Domain> entry : domains.entrySet()) {
            Domain domain = entry.getValue();
            Dataset some = domain.train.shuffled(new SplittableRandom(1)).slice(0, run.pick(200, 10_000));
            NeuralClassifier anew = fit(run, domain.train, entry.getKey().replace(' ', '-'));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            Protocol protocol = new Protocol(
                    (run.small() ? "Digits" : "MNIST") + ", then " + entry.getKey(),
                    "test",
                    "none",
                    Protocol.Kind.ESTIMATE,
                    0);
            double seconds = source.history().last("seconds");
            results.add(run.percent("as it is", ErrorRate.of(source, domain.test), protocol, seconds));
            results.add(run.percent(
                    "adapted batch statistics",
                    ErrorRate.of(source.adapted(some.withoutLabels()), domain.test),
                    protocol,
                    seconds));
            results.add(run.percent(
                    "learnt anew",
                    ErrorRate.of(anew, domain.test),
                    protocol,
                    anew.history().last("seconds")));
        }
        return results;
    }

    private static NeuralClassifier fit(Run run, Dataset train, String place) {
        int hidden = run.pick(30, 400);
        return NeuralClassifier.builder()
                .network(NetworkFactory.batchNormalized(Activation.RELU, hidden, hidden))
                .standardize(false)
                .epochs(run.pick(3, 20))
                .seed(run.seed())
                .resume(run.checkpoints().resolve(place))
                .fit(train);
    }
}
