package lvm.onestep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.distribution.Architecture;
import lvm.distribution.Energy;
import lvm.flow.Dequantization;
import lvm.flow.Maf;
import lvm.flow.Nice;
import lvm.flow.NormalizingFlow;
import lvm.flow.NormalizingFlowBuilder;
import lvm.flow.Planar;
import lvm.flow.Radial;
import lvm.flow.RealNvp;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A step of a flow is one up its mean log density, up the bound of grey levels at the step's noise, or down the divergence from
 * an energy at the step's draws. The densities themselves are judged elsewhere (that they integrate to 1, and have the flow's draws),
 * so that here they are the model's own, at parameters that are moved.
 */
class FlowStepTest {
    private static final Dataset DATA = AutoencoderStepTest.real(8, 2);
    private static final float MOVE = 4e-3f;

    /** The parameters have moved along the slope of a function of the live parameters of the model before. */
    private static void assertStep(
            String what, NormalizingFlow before, NormalizingFlow after, double recorded, DoubleSupplier objective) {
        List<Param> was = before.map().params();
        List<Param> is = after.map().params();
        assertEquals(objective.getAsDouble(), recorded, 1e-4 * Math.max(1, Math.abs(recorded)), what + ": the value");
        double[][] slopes = new double[was.size()][];
        double most = 0;
        for (int k = 0; k < slopes.length; k++) {
            float[] values = was.get(k).value().data;
            slopes[k] = new double[was.get(k).value().getNumElements()];
            for (int i = 0; i < slopes[k].length; i++) {
                double[] at = new double[4];
                float old = values[i];
                int[] by = {1, -1, 2, -2};
                for (int s = 0; s < 4; s++) {
                    values[i] = old + by[s] * MOVE;
                    at[s] = objective.getAsDouble();
                }
                values[i] = old;
                slopes[k][i] = (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * MOVE);
                most = Math.max(most, Math.abs(slopes[k][i]));
            }
        }
        assertTrue(most > 1e-2, what + ": there is no slope");
        for (int k = 0; k < slopes.length; k++) {
            for (int i = 0; i < slopes[k].length; i++) {
                double moved = (double) is.get(k).value().data[i] - was.get(k).value().data[i];
                String name = what + ": " + was.get(k).name();
                assertEquals(
                        OneStep.RATE * slopes[k][i],
                        moved,
                        OneStep.RATE * 4e-3 * (most + Math.abs(slopes[k][i])),
                        name);
            }
        }
    }

    static Stream<Architecture> architectures() {
        return Stream.of(
                RealNvp.layers(2, 3),
                Maf.layers(2, 3),
                Nice.layers(2, 3),
                Planar.layers(2).inverted(),
                Radial.layers(2).inverted());
    }

    private static NormalizingFlowBuilder flow(Architecture architecture, long steps) {
        return OneStep.sgd(NormalizingFlow.builder().architecture(architecture), steps);
    }

    private static double mean(double[] values) {
        return Reference.mean(values);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void density(Architecture architecture) {
        for (int step = 0; step < 2; step++) {
            NormalizingFlow before = flow(architecture, step).fit(DATA);
            NormalizingFlow after = flow(architecture, step + 1L).fit(DATA);
            Seen seen = OneStep.seen(DATA, step);
            assertStep(
                    architecture.toString(),
                    before,
                    after,
                    after.history().last("log density, nats per row"),
                    () -> mean(before.logDensity(seen.floats())));
        }
    }

    @Test
    void validation() {
        Dataset others = DATA.subset(1, 6, 2);
        NormalizingFlow after = flow(RealNvp.layers(2, 3), 1).validation(others).fit(DATA);
        double value = mean(after.logDensity(others.floatMatrix()));
        assertEquals(value, after.history().last("validation"), 1e-5 * Math.abs(value));
    }

    private static Dataset levels() {
        byte[] bytes = new byte[24];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37 % 5);
        }
        return Dataset.ofBytes(bytes, 3, 4);
    }

    /** In the step, too, levels get their noise, pass the logit, and the noise's own density counts. */
    @Test
    void greyLevels() {
        Dataset data = levels();
        for (Dequantization noise : List.of(Dequantization.uniform(), Dequantization.variational(0, 3))) {
            for (double margin : new double[] {0.05, Double.NaN}) {
                for (int step = 0; step < 2; step++) {
                    NormalizingFlow before = flow(RealNvp.layers(2, 3), step)
                            .dequantization(5, margin)
                            .noise(noise)
                            .fit(data);
                    NormalizingFlow after = flow(RealNvp.layers(2, 3), step + 1L)
                            .dequantization(5, margin)
                            .noise(noise)
                            .fit(data);
                    int at = step;
                    assertStep(
                            noise + ", margin " + margin,
                            before,
                            after,
                            after.history().last(after.history().names().get(0)),
                            () -> {
                                Seen seen = OneStep.seen(data, at);
                                return mean(before.levelBound(seen.floats(), 1, seen.rng())) + 3 * Math.log(5);
                            });
                }
            }
        }
    }

    /**
     * With a margin the flow is one of logits, y = (1 + 2m) σ(a) − m or so: whatever the base gives, draws stay within the levels
     * and the margin. Without, they do not.
     */
    @Test
    void greyLevelsAreMadeByASigmoid() {
        for (double margin : new double[] {0.05, 0.2, Double.NaN}) {
            NormalizingFlow model =
                    flow(RealNvp.layers(2, 3), 1).dequantization(5, margin).fit(levels());
            org.ejml.data.FMatrixRMaj z = new org.ejml.data.FMatrixRMaj(2, 3);
            for (int j = 0; j < 3; j++) {
                z.set(0, j, 40);
                z.set(1, j, -40);
            }
            org.ejml.data.FMatrixRMaj x = model.decode(z);
            double beyond = Double.NEGATIVE_INFINITY;
            for (float v : x.data) {
                beyond = Math.max(beyond, Math.max(v - 1, -v));
            }
            assertEquals(Double.isNaN(margin), beyond > 1, "margin " + margin + ", beyond [0,1] by " + beyond);
        }
    }

    /** The energy rises from 1 % to its whole within the steps of the annealing. */
    @Test
    void energy() {
        double[] sharpness = {1};
        Energy energy = Energy.of(2, z -> sharpness[0] * (0.5 * (z[0] - 1) * (z[0] - 1) + 2 * z[1] * z[1]));
        for (int annealing : new int[] {0, 3}) {
            for (int step = 0; step < 5; step++) {
                sharpness[0] = 1;
                NormalizingFlow before = toEnergy(energy, annealing, step);
                NormalizingFlow after = toEnergy(energy, annealing, step + 1L);
                sharpness[0] = annealing == 0 ? 1 : Math.min(1, 0.01 + step / 3.0);
                int at = step;
                assertStep(
                        "to an energy, step " + step,
                        before,
                        after,
                        after.history().last("bound of log Z, nats"),
                        () -> -before.reverseKl(energy, 40, random(at)));
            }
        }
    }

    private static NormalizingFlow toEnergy(Energy energy, int annealing, long steps) {
        NormalizingFlowBuilder builder = flow(Planar.layers(2), steps).batchSize(40);
        return (annealing == 0 ? builder : builder.annealing(annealing)).fit(energy);
    }

    /** The generator of a step is one of seed and step, whatever the data. */
    private static java.util.SplittableRandom random(int step) {
        return OneStep.seen(DATA, step).rng();
    }
}
