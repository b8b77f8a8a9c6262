package lvm.evaluation;

import org.ejml.data.DMatrixRMaj;

/**
 * How far an unmixing matrix is from undoing a mixing matrix, whatever the order, signs and scales of the sources
 * (S. Amari, A. Cichocki and H. H. Yang 1996, A new learning algorithm for blind signal separation).
 */
public final class AmariDistance {
    private AmariDistance() {}

    /**
     * The distance of P = U A from a permutation with scales: (Σᵢ (Σⱼ |pᵢⱼ| / maxⱼ |pᵢⱼ| − 1) + Σⱼ (Σᵢ |pᵢⱼ| / maxᵢ |pᵢⱼ| − 1))
     * / (2 K (K − 1)).
     *
     * @param unmixing U, K×D; not modified
     * @param mixing A, D×K; not modified
     * @return from 0, when each estimated source is one true source, to 1, when each is made of all in equal parts
     * @throws IllegalArgumentException if the shapes do not fit, K is below 2, a value is not finite, or a row or a column
     *     of P is 0
     */
    public static double of(DMatrixRMaj unmixing, DMatrixRMaj mixing) {
        int k = unmixing.numRows;
        int d = unmixing.numCols;
        if (mixing.numRows != d || mixing.numCols != k || k < 2) {
            throw new IllegalArgumentException("AmariDistance.of: unmixing is " + k + "×" + d + ", mixing "
                    + mixing.numRows + "×" + mixing.numCols + ", expected K×D and D×K with K at least 2");
        }
        double[][] p = new double[k][k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                double sum = 0;
                for (int l = 0; l < d; l++) {
                    sum += unmixing.get(i, l) * mixing.get(l, j);
                }
                if (!Double.isFinite(sum)) {
                    throw new IllegalArgumentException("AmariDistance.of: the product of the matrices has " + sum
                            + " in row " + i + ", column " + j + " (counted from 0), expected finite numbers");
                }
                p[i][j] = Math.abs(sum);
            }
        }
        double total = 0;
        for (int i = 0; i < k; i++) {
            double rowSum = 0;
            double rowMax = 0;
            double columnSum = 0;
            double columnMax = 0;
            for (int j = 0; j < k; j++) {
                rowSum += p[i][j];
                rowMax = Math.max(rowMax, p[i][j]);
                columnSum += p[j][i];
                columnMax = Math.max(columnMax, p[j][i]);
            }
            if (rowMax == 0 || columnMax == 0) {
                throw new IllegalArgumentException("AmariDistance.of: " + (rowMax == 0 ? "row " : "column ") + i
                        + " of the product of the matrices is 0, expected matrices of full rank");
            }
            total += rowSum / rowMax - 1 + columnSum / columnMax - 1;
        }
        return total / (2.0 * k * (k - 1));
    }
}
