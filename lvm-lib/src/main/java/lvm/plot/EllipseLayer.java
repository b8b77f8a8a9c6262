package lvm.plot;

import org.ejml.data.DMatrixRMaj;

/** The points at one Mahalanobis distance from the mean of a Gaussian in the plane. */
final class EllipseLayer extends Layer {
    private static final int POINTS = 181;

    private final double[] x = new double[POINTS];
    private final double[] y = new double[POINTS];

    EllipseLayer(double[] mean, DMatrixRMaj covariance, double distance) {
        super("outline", null);
        if (mean.length != 2 || covariance.numRows != 2 || covariance.numCols != 2) {
            throw new IllegalArgumentException("XyPlot.ellipse: mean of " + mean.length + " and covariance of "
                    + covariance.numRows + "×" + covariance.numCols + ", expected 2 and 2×2");
        }
        Numbers.finite("XyPlot.ellipse", null, "mean", mean);
        double a = covariance.get(0, 0);
        double b = covariance.get(0, 1);
        double c = covariance.get(1, 1);
        double asymmetry = Math.abs(b - covariance.get(1, 0));
        // Of the standard deviations, since the products of variances may be too small or too large for a double.
        double deviations = Math.sqrt(a) * Math.sqrt(c);
        if (!(a >= 0 && c >= 0 && Math.abs(b) <= (1 + 1e-9) * deviations && asymmetry <= 1e-6 * deviations)
                || Double.isInfinite(Math.max(a, c))) {
            throw new IllegalArgumentException("XyPlot.ellipse: [[" + a + ", " + b + "], [" + covariance.get(1, 0)
                    + ", " + c + "]] is no covariance");
        }
        if (!(distance > 0) || Double.isInfinite(distance)) {
            throw new IllegalArgumentException("XyPlot.ellipse: distance " + distance + ", expected a positive number");
        }
        // x = mean + n L (cos t, sin t) with Σ = L Lᵀ has Mahalanobis distance n.
        double l11 = Math.sqrt(a);
        double l21 = a > 0 ? b / l11 : 0;
        double l22 = Math.sqrt(Math.max(0, c - l21 * l21));
        for (int i = 0; i < POINTS; i++) {
            double t = 2 * Math.PI * i / (POINTS - 1);
            x[i] = mean[0] + distance * l11 * Math.cos(t);
            y[i] = mean[1] + distance * (l21 * Math.cos(t) + l22 * Math.sin(t));
        }
    }

    @Override
    Extent extent() {
        return Extent.of(x, y);
    }

    @Override
    double[] places() {
        return new double[] {Double.NaN};
    }

    @Override
    void draw(Canvas canvas) {
        canvas.line(this, canvas.x().at(x), canvas.y().at(y), colorOr(Palette.DARK));
    }
}
