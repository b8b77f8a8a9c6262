package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import lvm.data.Bars;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class DiscriminativeRbmTest {
    /** p(y | v) by Bayes' rule from the exact joint distribution. */
    @Test
    void classesByBayesRule() {
        Rbm plain = SmallMachines.random(7, 4, 1, 3);
        Rbm joint = Rbm.of(plain.weights(), plain.visibleBias(), plain.hiddenBias(), 3);
        DiscriminativeRbm classifier = DiscriminativeRbm.of(joint);
        FMatrixRMaj v = SmallMachines.states(4);
        FMatrixRMaj logP = classifier.logClassProbabilities(v);
        int[] classes = classifier.classify(v);
        for (int s = 0; s < 16; s++) {
            FMatrixRMaj both = new FMatrixRMaj(3, 7);
            for (int y = 0; y < 3; y++) {
                System.arraycopy(v.data, 4 * s, both.data, 7 * y, 4);
                both.set(y, 4 + y, 1);
            }
            double[] p = Arrays.stream(joint.enumerated().logDensity(both))
                    .map(Math::exp)
                    .toArray();
            double sum = p[0] + p[1] + p[2];
            for (int y = 0; y < 3; y++) {
                assertEquals(p[y] / sum, Math.exp(logP.get(s, y)), 1e-6);
                assertTrue(p[classes[s]] >= p[y]);
            }
        }
        assertMessageHas("one group", () -> DiscriminativeRbm.of(plain));
    }

    @Test
    void learnsClasses() {
        Dataset bars = Bars.generate(400, 4, .3, .02, 1).pictures();
        FMatrixRMaj x = bars.floatMatrix();
        int[] labels = new int[x.numRows];
        for (int i = 0; i < labels.length; i++) {
            // Whether the first column is a bar, and whether the first row is.
            boolean column = x.get(i, 0) + x.get(i, 4) + x.get(i, 8) + x.get(i, 12) > 3;
            boolean row = x.get(i, 0) + x.get(i, 1) + x.get(i, 2) + x.get(i, 3) > 3;
            labels[i] = (column ? 1 : 0) ^ (row ? 1 : 0);
        }
        Dataset data = bars.withLabels(labels);
        for (double alpha : new double[] {0, .01}) {
            DiscriminativeRbm machine = DiscriminativeRbm.builder()
                    .hidden(20)
                    .generative(alpha, RbmLearning.cd(1))
                    .learningRate(.02)
                    .epochs(60)
                    .seed(1)
                    .fit(data);
            int[] found = machine.classify(x);
            int wrong = 0;
            for (int i = 0; i < labels.length; i++) {
                wrong += found[i] == labels[i] ? 0 : 1;
            }
            assertTrue(wrong < 16, wrong + " errors in 400 with alpha " + alpha);
        }
        assertMessageHas("label", () -> DiscriminativeRbm.builder().hidden(2).fit(bars));
        assertMessageHas(
                "ratio matching", () -> DiscriminativeRbm.builder().generative(.1, RbmLearning.ratioMatching()));
    }
}
