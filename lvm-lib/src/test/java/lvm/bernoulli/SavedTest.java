package lvm.bernoulli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.Mlp;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special in the files of this family: networks that were given as layers, and code of the user's own. */
class SavedTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("model.safetensors");
    }

    private static FMatrixRMaj data() {
        return LearningTest.data(60);
    }

    private static String bits(SigmoidBeliefNet net) {
        FMatrixRMaj x = net.sample(20, new SplittableRandom(1));
        return x + "" + net.encode(x)
                + net.recognize(x, new SplittableRandom(2)).levels() + net.logWeights(x, 3, new SplittableRandom(3))
                + net.summary() + net.history();
    }

    private static String bits(BernoulliLvm model) {
        FMatrixRMaj x = model.sample(20, new SplittableRandom(1));
        return x + "" + model.posterior(x) + model.encode(x) + model.summary() + model.history();
    }

    /** A factory that only its author knows. */
    private static NetworkFactory own() {
        return (name, in, out, rng) -> new Sequential(
                new Linear(name + ".a", in, 4, Activation.TANH, WeightInit.GLOROT, rng),
                new Linear(name + ".b", 4, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
    }

    @Test
    void modelsOfGivenNetworks() {
        SplittableRandom rng = new SplittableRandom(2);
        for (Layer decoder : List.of(
                BernoulliLvmTest.linear("mine", 3, 6, 1, rng),
                new BitTable("mine", 3, 6, 1, rng),
                new Mlp("mine", Activation.TANH, rng, 3, 5, 4, 6))) {
            BernoulliLvm model = BernoulliLvm.of(BernoulliLvmTest.beta(3, rng), decoder);
            model.save(file);
            BernoulliLvm again = BernoulliLvm.load(file);
            assertEquals(bits(model), bits(again));
            assertEquals(decoder.getClass(), again.decoder().getClass());
            again.save(file);
            assertEquals(bits(model), bits(BernoulliLvm.load(file)));
        }
    }

    /** Each level has a network of another kind. */
    @Test
    void levelsOfDifferentNetworks() {
        SplittableRandom rng = new SplittableRandom(3);
        SigmoidBeliefNet net = SigmoidBeliefNet.of(
                BernoulliLvmTest.beta(2, rng),
                List.of(new Mlp("a", Activation.TANH, rng, 3, 4, 6), new BitTable("b", 2, 3, 1, rng)),
                List.of(BernoulliLvmTest.linear("c", 6, 3, 1, rng), new Mlp("d", Activation.RELU, rng, 3, 5, 2)));
        net.save(file);
        SigmoidBeliefNet again = SigmoidBeliefNet.load(file);
        assertEquals(bits(net), bits(again));
        again.save(file);
        assertEquals(bits(net), bits(SigmoidBeliefNet.load(file)));
        HelmholtzMachine machine = new HelmholtzMachine(again, 4);
        machine.save(file);
        HelmholtzMachine same = HelmholtzMachine.load(file);
        assertEquals(bits(net), bits(same.net()));
        assertEquals(machine.summary().toString(), same.summary().toString());
        FMatrixRMaj x = net.sample(5, new SplittableRandom(4));
        assertEquals(machine.backward(x, new SplittableRandom(5)), same.backward(x, new SplittableRandom(5)));
        assertArrayEquals(
                machine.net().recognitionParams().get(0).gradient().data,
                same.net().recognitionParams().get(0).gradient().data);
    }

    private void refused(SavedModel model, String setter) {
        String message = assertThrows(IllegalStateException.class, () -> model.save(file))
                .getMessage();
        assertTrue(message.contains(setter + "(…)"), message);
        assertFalse(Files.exists(file));
    }

    @Test
    void codeOfTheUsersOwnIsRefusedByTheNameOfItsSetter() {
        BernoulliLvm model =
                BernoulliLvm.builder().latent(2).decoder(own()).epochs(2).fit(data());
        refused(model, "BernoulliLvm.save: decoder");
        model.save(file, "decoder");
        assertEquals(bits(model), bits(Models.load(file, BernoulliLvm.class, Map.of("decoder", own()))));
        assertThrows(UncheckedIOException.class, () -> BernoulliLvm.load(file));
        NetworkFactory wrong = NetworkFactory.mlp(Activation.TANH, 3);
        String message = assertThrows(
                        UncheckedIOException.class,
                        () -> Models.load(file, BernoulliLvm.class, Map.of("decoder", wrong)))
                .getMessage();
        assertTrue(message.contains("expected"), message);
    }

    @Test
    void codeOfTheUsersOwnInTheRecognitionNetwork() throws Exception {
        SigmoidBeliefNet net =
                SigmoidBeliefNet.builder().latent(4, 2).encoder(own()).epochs(2).fit(data());
        refused(net, "SigmoidBeliefNet.save: encoder");
        net.save(file, "encoder");
        assertEquals(bits(net), bits(Models.load(file, SigmoidBeliefNet.class, Map.of("encoder", own()))));
        Files.delete(file);
        HelmholtzMachine machine = new HelmholtzMachine(net);
        refused(machine, "HelmholtzMachine.save: net/encoder");
        machine.save(file, "net/encoder");
        assertEquals(
                bits(net),
                bits(Models.load(file, HelmholtzMachine.class, Map.of("net/encoder", own()))
                        .net()));
    }
}
