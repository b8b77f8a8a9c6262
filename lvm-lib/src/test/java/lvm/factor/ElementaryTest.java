package lvm.factor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ElementaryTest {

    @Test
    void agreeWithMathEverywhere() {
        Elementary elementary = new Elementary();
        double[] special = {0, -0.0, 1e-300, 40, -40, 79.9, 1e10, -1e300, Double.MAX_VALUE};
        int n = Elementary.BLOCK;
        for (int round = 0; round < 200; round++) {
            double[] x = new double[n + 3];
            for (int i = 0; i < n; i++) {
                x[i + 3] = round == 0 && i < special.length ? special[i] : (i + round / 200.0 - n / 2.0) / 12;
            }
            double[] y = x.clone();
            elementary.bell(y, 3, n);
            for (int i = 0; i < n; i++) {
                double v = x[i + 3];
                assertEquals(Math.exp(-v * v / 2), elementary.values()[i], 4e-16, "at " + v);
            }
            elementary.tanh(y, 3, n);
            for (int i = 0; i < n; i++) {
                assertEquals(Math.tanh(x[i + 3]), y[i + 3], 4e-16, "at " + x[i + 3]);
            }
        }
    }
}
