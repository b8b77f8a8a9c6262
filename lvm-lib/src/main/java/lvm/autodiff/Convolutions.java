package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/** Convolution as a product with the matrix of patches, and its adjoint. a = x, b = W (patchSize×filters), c = bias. */
final class Convolutions {
    private Convolutions() {}

    /** Scratch 0: the patches, n·places × patchSize; scratch 1: the result by place; scratch 2: gradient of patches. */
    static final Op CONV = new Op("conv2d") {
        @Override
        void forward(Node y) {
            ConvShape s = y.shape;
            int places = s.outHeight() * s.outWidth();
            FMatrixRMaj patches = y.scratch0(y.rows() * places, s.patchSize());
            gatherPatches(s, y.a.value, patches);
            FMatrixRMaj byPlace = y.scratch1(y.rows() * places, s.filters());
            Products.gemm(false, false, 1, patches, y.b.value, 0, byPlace);
            placesToRows(byPlace, y.value, places);
            addBias(y, s.filters());
        }

        @Override
        void backward(Node y) {
            ConvShape s = y.shape;
            int places = s.outHeight() * s.outWidth();
            addBiasGradient(y, s.filters());
            FMatrixRMaj byPlace = y.scratch1(y.rows() * places, s.filters());
            rowsToPlaces(y.grad, byPlace, places);
            if (y.b.needsGrad) {
                float beta = y.b.beta();
                Products.gemm(true, false, 1, y.scratch0(), byPlace, beta, y.b.grad);
            }
            if (y.a.needsGrad) {
                FMatrixRMaj patches = y.scratch2(y.rows() * places, s.patchSize());
                Products.gemm(false, true, 1, byPlace, y.b.value, 0, patches);
                scatterPatches(s, patches, y.a.addend(), y.rows());
            }
        }
    };

    /** Scratch 0: the input by place; scratch 1: patches of the result or of its gradient; scratch 2: gradient by place. */
    static final Op CONV_TRANSPOSE = new Op("convTranspose2d") {
        @Override
        void forward(Node y) {
            ConvShape s = y.shape;
            int places = s.outHeight() * s.outWidth();
            FMatrixRMaj byPlace = y.scratch0(y.rows() * places, s.filters());
            rowsToPlaces(y.a.value, byPlace, places);
            FMatrixRMaj patches = y.scratch1(y.rows() * places, s.patchSize());
            Products.gemm(false, true, 1, byPlace, y.b.value, 0, patches);
            Arrays.fill(y.value.data, 0, y.size(), 0);
            scatterPatches(s, patches, y.value.data, y.rows());
            addBias(y, s.channels());
        }

        @Override
        void backward(Node y) {
            ConvShape s = y.shape;
            int places = s.outHeight() * s.outWidth();
            addBiasGradient(y, s.channels());
            FMatrixRMaj patches = y.scratch1(y.rows() * places, s.patchSize());
            gatherPatches(s, y.grad, patches);
            if (y.b.needsGrad) {
                float beta = y.b.beta();
                Products.gemm(true, false, 1, patches, y.scratch0(), beta, y.b.grad);
            }
            if (y.a.needsGrad) {
                FMatrixRMaj byPlace = y.scratch2(y.rows() * places, s.filters());
                Products.gemm(false, false, 1, patches, y.b.value, 0, byPlace);
                addPlacesToRows(byPlace, y.a.addend(), y.rows(), places);
            }
        }
    };

    private static void gatherPatches(ConvShape s, FMatrixRMaj images, FMatrixRMaj patches) {
        float[] out = patches.data;
        int at = 0;
        for (int n = 0; n < images.numRows; n++) {
            for (int oi = 0; oi < s.outHeight(); oi++) {
                for (int oj = 0; oj < s.outWidth(); oj++) {
                    for (int c = 0; c < s.channels(); c++) {
                        for (int ki = 0; ki < s.kernel(); ki++) {
                            int i = oi * s.stride() + ki - s.padding();
                            int j = oj * s.stride() - s.padding();
                            int from = n * images.numCols + (c * s.height() + i) * s.width() + j;
                            boolean inside = i >= 0 && i < s.height();
                            for (int kj = 0; kj < s.kernel(); kj++, j++) {
                                out[at++] = inside && j >= 0 && j < s.width() ? images.data[from + kj] : 0;
                            }
                        }
                    }
                }
            }
        }
    }

    /** The adjoint of {@link #gatherPatches}: adds each number of a patch to the pixel that it came from. */
    private static void scatterPatches(ConvShape s, FMatrixRMaj patches, float[] images, int rows) {
        float[] in = patches.data;
        int at = 0;
        for (int n = 0; n < rows; n++) {
            for (int oi = 0; oi < s.outHeight(); oi++) {
                for (int oj = 0; oj < s.outWidth(); oj++) {
                    for (int c = 0; c < s.channels(); c++) {
                        for (int ki = 0; ki < s.kernel(); ki++) {
                            int i = oi * s.stride() + ki - s.padding();
                            int j = oj * s.stride() - s.padding();
                            int to = n * s.imageSize() + (c * s.height() + i) * s.width() + j;
                            boolean inside = i >= 0 && i < s.height();
                            for (int kj = 0; kj < s.kernel(); kj++, j++, at++) {
                                if (inside && j >= 0 && j < s.width()) {
                                    images[to + kj] += in[at];
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /** n·places × f numbers to n rows of f blocks of places. */
    private static void placesToRows(FMatrixRMaj byPlace, FMatrixRMaj rows, int places) {
        Arrays.fill(rows.data, 0, rows.numRows * rows.numCols, 0);
        addPlacesToRows(byPlace, rows.data, rows.numRows, places);
    }

    private static void addPlacesToRows(FMatrixRMaj byPlace, float[] rows, int n, int places) {
        int f = byPlace.numCols;
        for (int r = 0; r < n; r++) {
            for (int k = 0; k < f; k++) {
                int to = (r * f + k) * places;
                int from = r * places * f + k;
                for (int p = 0; p < places; p++) {
                    rows[to + p] += byPlace.data[from + p * f];
                }
            }
        }
    }

    private static void rowsToPlaces(FMatrixRMaj rows, FMatrixRMaj byPlace, int places) {
        int f = byPlace.numCols;
        for (int r = 0; r < rows.numRows; r++) {
            for (int k = 0; k < f; k++) {
                int from = (r * f + k) * places;
                int to = r * places * f + k;
                for (int p = 0; p < places; p++) {
                    byPlace.data[to + p * f] = rows.data[from + p];
                }
            }
        }
    }

    private static void addBias(Node y, int channels) {
        if (y.c == null) {
            return;
        }
        float[] v = y.value.data;
        int width = y.cols() / channels;
        for (int r = 0, o = 0; r < y.rows(); r++) {
            for (int k = 0; k < channels; k++, o += width) {
                float bias = y.c.value.data[k];
                for (int j = o; j < o + width; j++) {
                    v[j] += bias;
                }
            }
        }
    }

    private static void addBiasGradient(Node y, int channels) {
        if (y.c == null || !y.c.needsGrad) {
            return;
        }
        float[] d = y.c.addend();
        int width = y.cols() / channels;
        for (int r = 0, o = 0; r < y.rows(); r++) {
            for (int k = 0; k < channels; k++, o += width) {
                d[k] += (float) VectorMath.sum(y.grad.data, o, width);
            }
        }
    }
}
