package lvm.vae;

import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** What a linear decoder is in the units of the data, read off the public methods: x | z ~ N(W z + b, diag variance). */
record LinearDecoder(DMatrixRMaj w, double[] b, double[] variance) {
    static LinearDecoder of(Vae vae) {
        int k = vae.latentDim();
        int d = vae.dim();
        FMatrixRMaj z = new FMatrixRMaj(k + 1, k);
        for (int l = 0; l < k; l++) {
            z.set(l + 1, l, 1);
        }
        FMatrixRMaj mean = vae.decode(z);
        FMatrixRMaj spread = vae.decodeVariance(z);
        DMatrixRMaj w = new DMatrixRMaj(d, k);
        double[] b = new double[d];
        double[] variance = new double[d];
        for (int j = 0; j < d; j++) {
            b[j] = mean.get(0, j);
            variance[j] = spread.get(0, j);
            for (int l = 0; l < k; l++) {
                w.set(j, l, (double) mean.get(l + 1, j) - b[j]);
            }
        }
        return new LinearDecoder(w, b, variance);
    }
}
