package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;

/**
 * Convolution as a product with the matrix of patches, and its adjoint: a = x, b = W (patchSize×filters), c = bias. The images go
 * through one by one, side by side in several threads: the patches of one stay in the cache, patchSize×places, and Wᵀ times these
 * is the result as it is stored, filter by filter.
 *
 * <p>Where there are fewer filters than channels, the patches of the result are fewer than those of the image. With stride 1 a
 * convolution is the adjoint of one from the result back to the image, with turned filters, and is computed so: the products give
 * what each pixel adds to the places around it.
 */
final class Convolutions {
    /** Sums over images are made of so many parts, whatever the number of threads, so that the result does not depend on it. */
    private static final int GROUPS = 8;

    private static final ThreadLocal<float[][]> PATCHES = ThreadLocal.withInitial(() -> new float[2][0]);

    private Convolutions() {}

    static final Op CONV = new Op("conv2d") {
        @Override
        protected void forward(Node y) {
            ConvShape s = y.shape;
            if (hasFewFilters(s)) {
                forwardByResult(y);
                return;
            }
            int k = s.patchSize();
            int f = s.filters();
            int places = s.outHeight() * s.outWidth();
            float[] x = y.a.value.data;
            float[] v = y.value.data;
            Parallel.range(y.rows(), 1, (from, to) -> {
                for (int r = from; r < to; r++) {
                    float[] patches = isImage(s) ? x : buffer(0, k * places);
                    int at = isImage(s) ? r * s.imageSize() : 0;
                    if (!isImage(s)) {
                        gather(s, x, r * s.imageSize(), patches);
                    }
                    int out = r * f * places;
                    Products.gemm(
                            true, false, f, places, k, 1, y.b.value.data, 0, f, patches, at, places, 0, v, out, places);
                    addBias(y, f, r);
                }
            });
        }

        /** Scratch 0: the parts of the sums over images, of the gradients of W and then of the bias. */
        @Override
        protected void backward(Node y) {
            ConvShape s = y.shape;
            if (hasFewFilters(s)) {
                backwardByResult(y);
                return;
            }
            int k = s.patchSize();
            int f = s.filters();
            int places = s.outHeight() * s.outWidth();
            float[] x = y.a.value.data;
            float[] g = y.grad.data;
            float[] dx = y.a.needsGrad ? y.a.addend() : null;
            float[] sums = y.scratch(0, GROUPS * (k + 1), f).data;
            groups(y.rows(), (group, from, to) -> {
                int sum = group * (k + 1) * f;
                Arrays.fill(sums, sum, sum + (k + 1) * f, 0);
                for (int r = from; r < to; r++) {
                    int out = r * f * places;
                    addBiasGradient(y, f, r, sums, sum + k * f);
                    if (y.b.needsGrad) {
                        float[] patches = isImage(s) ? x : buffer(0, k * places);
                        int at = isImage(s) ? r * s.imageSize() : 0;
                        if (!isImage(s)) {
                            gather(s, x, r * s.imageSize(), patches);
                        }
                        Products.gemm(
                                false, true, k, f, places, 1, patches, at, places, g, out, places, 1, sums, sum, f);
                    }
                    if (dx != null) {
                        float[] patches = isImage(s) ? dx : buffer(1, k * places);
                        int at = isImage(s) ? r * s.imageSize() : 0;
                        float beta = isImage(s) ? 1 : 0;
                        Products.gemm(
                                false,
                                false,
                                k,
                                places,
                                f,
                                1,
                                y.b.value.data,
                                0,
                                f,
                                g,
                                out,
                                places,
                                beta,
                                patches,
                                at,
                                places);
                        if (!isImage(s)) {
                            scatter(s, patches, dx, r * s.imageSize());
                        }
                    }
                }
            });
            addSums(y, sums, k * f, f);
        }
    };

    private static boolean hasFewFilters(ConvShape s) {
        return s.stride() == 1 && s.kernelHeight() * s.kernelWidth() > 1 && s.filters() < s.channels();
    }

    private static void forwardByResult(Node y) {
        ConvShape s = y.shape;
        ConvShape t = s.back();
        int k = t.patchSize();
        int c = s.channels();
        int pixels = s.height() * s.width();
        float[] w = y.scratch(1, c, k).data;
        turn(s, y.b.value.data, w, 0, true);
        float[] x = y.a.value.data;
        float[] v = y.value.data;
        Parallel.range(y.rows(), 1, (from, to) -> {
            float[] patches = buffer(0, k * pixels);
            for (int r = from; r < to; r++) {
                Products.gemm(true, false, k, pixels, c, 1, w, 0, k, x, r * c * pixels, pixels, 0, patches, 0, pixels);
                int out = r * t.imageSize();
                Arrays.fill(v, out, out + t.imageSize(), 0);
                scatter(t, patches, v, out);
                addBias(y, s.filters(), r);
            }
        });
    }

    /** Scratch 0: as of the other way, scratch 1: the turned weights of the forward pass. */
    private static void backwardByResult(Node y) {
        ConvShape s = y.shape;
        ConvShape t = s.back();
        int k = t.patchSize();
        int c = s.channels();
        int f = s.filters();
        int pixels = s.height() * s.width();
        float[] w = y.scratch(1).data;
        float[] x = y.a.value.data;
        float[] dx = y.a.needsGrad ? y.a.addend() : null;
        float[] sums = y.scratch(0, GROUPS, c * k + f).data;
        groups(y.rows(), (group, from, to) -> {
            int sum = group * (c * k + f);
            Arrays.fill(sums, sum, sum + c * k + f, 0);
            float[] patches = buffer(0, k * pixels);
            for (int r = from; r < to; r++) {
                int in = r * c * pixels;
                addBiasGradient(y, f, r, sums, sum + c * k);
                gather(t, y.grad.data, r * t.imageSize(), patches);
                if (y.b.needsGrad) {
                    Products.gemm(false, true, c, k, pixels, 1, x, in, pixels, patches, 0, pixels, 1, sums, sum, k);
                }
                if (dx != null) {
                    Products.gemm(false, false, c, pixels, k, 1, w, 0, k, patches, 0, pixels, 1, dx, in, pixels);
                }
            }
        });
        if (y.b.needsGrad) {
            for (int group = 0; group < GROUPS; group++) {
                turn(s, y.b.addend(), sums, group * (c * k + f), false);
            }
        }
        if (y.c != null && y.c.needsGrad) {
            addSums(y.c.addend(), sums, c * k, f, c * k + f);
        }
    }

    /** Copies weights to turned ones, channels×(filters·kernel²) from a place on, or adds those to the weights. */
    private static void turn(ConvShape s, float[] weights, float[] turned, int at, boolean to) {
        int area = s.kernelHeight() * s.kernelWidth();
        int f = s.filters();
        for (int c = 0; c < s.channels(); c++) {
            for (int q = 0; q < area; q++) {
                int row = (c * area + q) * f;
                int place = at + c * f * area + area - 1 - q;
                for (int j = 0; j < f; j++) {
                    if (to) {
                        turned[place + j * area] = weights[row + j];
                    } else {
                        weights[row + j] += turned[place + j * area];
                    }
                }
            }
        }
    }

    static final Op CONV_TRANSPOSE = new Op("convTranspose2d") {
        @Override
        protected void forward(Node y) {
            ConvShape s = y.shape;
            int k = s.patchSize();
            int f = s.filters();
            int places = s.outHeight() * s.outWidth();
            float[] v = y.value.data;
            Parallel.range(y.rows(), 1, (from, to) -> {
                float[] patches = buffer(0, k * places);
                for (int r = from; r < to; r++) {
                    Products.gemm(
                            false,
                            false,
                            k,
                            places,
                            f,
                            1,
                            y.b.value.data,
                            0,
                            f,
                            y.a.value.data,
                            r * f * places,
                            places,
                            0,
                            patches,
                            0,
                            places);
                    int out = r * s.imageSize();
                    Arrays.fill(v, out, out + s.imageSize(), 0);
                    scatter(s, patches, v, out);
                    addBias(y, s.channels(), r);
                }
            });
        }

        /** Scratch 0: the parts of the sums over images, of the gradients of W and then of the bias. */
        @Override
        protected void backward(Node y) {
            ConvShape s = y.shape;
            int k = s.patchSize();
            int f = s.filters();
            int places = s.outHeight() * s.outWidth();
            int parts = k * f + s.channels();
            float[] dx = y.a.needsGrad ? y.a.addend() : null;
            float[] sums = y.scratch(0, GROUPS, parts).data;
            groups(y.rows(), (group, from, to) -> {
                int sum = group * parts;
                Arrays.fill(sums, sum, sum + parts, 0);
                float[] patches = buffer(0, k * places);
                for (int r = from; r < to; r++) {
                    int in = r * f * places;
                    addBiasGradient(y, s.channels(), r, sums, sum + k * f);
                    gather(s, y.grad.data, r * s.imageSize(), patches);
                    if (y.b.needsGrad) {
                        Products.gemm(
                                false,
                                true,
                                k,
                                f,
                                places,
                                1,
                                patches,
                                0,
                                places,
                                y.a.value.data,
                                in,
                                places,
                                1,
                                sums,
                                sum,
                                f);
                    }
                    if (dx != null) {
                        Products.gemm(
                                true,
                                false,
                                f,
                                places,
                                k,
                                1,
                                y.b.value.data,
                                0,
                                f,
                                patches,
                                0,
                                places,
                                1,
                                dx,
                                in,
                                places);
                    }
                }
            });
            addSums(y, sums, k * f, s.channels());
        }
    };

    /** Whether the matrix of patches is the image itself. */
    private static boolean isImage(ConvShape s) {
        return s.kernelHeight() * s.kernelWidth() == 1
                && s.stride() == 1
                && s.top() == 0
                && s.left() == 0
                && s.outHeight() == s.height()
                && s.outWidth() == s.width();
    }

    /** A buffer of this thread, for one image. */
    private static float[] buffer(int which, int size) {
        float[][] mine = PATCHES.get();
        if (mine[which].length < size) {
            mine[which] = new float[size];
        }
        return mine[which];
    }

    @FunctionalInterface
    private interface Group {
        void run(int group, int from, int to);
    }

    private static void groups(int rows, Group body) {
        Parallel.range(GROUPS, 1, (from, to) -> {
            for (int group = from; group < to; group++) {
                body.run(group, (int) ((long) rows * group / GROUPS), (int) ((long) rows * (group + 1) / GROUPS));
            }
        });
    }

    /** The gradients of W and of the bias from the parts of their sums. */
    private static void addSums(Node y, float[] sums, int weights, int channels) {
        int stride = weights + channels;
        if (y.b.needsGrad) {
            addSums(y.b.addend(), sums, 0, weights, stride);
        }
        if (y.c != null && y.c.needsGrad) {
            addSums(y.c.addend(), sums, weights, channels, stride);
        }
    }

    private static void addSums(float[] to, float[] sums, int from, int n, int stride) {
        for (int group = 0; group < GROUPS; group++) {
            int at = group * stride + from;
            for (int i = 0; i < n; i++) {
                to[i] += sums[at + i];
            }
        }
    }

    /** The first place in a row or column whose filter, beginning so far before it, sees no pixel before the image. */
    private static int first(int stride, int before) {
        return Math.max(0, (before + stride - 1) / stride);
    }

    /** The place after the last that sees one of so many pixels. */
    private static int end(int stride, int before, int pixels, int places) {
        return Math.min(places, Math.floorDiv(pixels - 1 + before, stride) + 1);
    }

    /** The patches of an image, patchSize×places: for each weight of a filter what it sees at every place. */
    private static void gather(ConvShape s, float[] images, int image, float[] patches) {
        pass(s, images, image, patches, false);
    }

    /** The adjoint of {@link #gather}: adds each number of a patch to the pixel that it came from. */
    private static void scatter(ConvShape s, float[] patches, float[] images, int image) {
        pass(s, images, image, patches, true);
    }

    private static void pass(ConvShape s, float[] images, int image, float[] patches, boolean back) {
        int height = s.outHeight();
        int width = s.outWidth();
        int at = 0;
        for (int c = 0; c < s.channels(); c++) {
            for (int ki = 0; ki < s.kernelHeight(); ki++) {
                int above = s.top() - ki * s.dilation();
                for (int kj = 0; kj < s.kernelWidth(); kj++, at += height * width) {
                    int before = s.left() - kj * s.dilation();
                    int low = Math.min(width, first(s.stride(), before));
                    int high = Math.max(low, end(s.stride(), before, s.width(), width));
                    // A weight that sees no pixel in any row has none of the rows.
                    int firstRow = low == high ? height : Math.min(height, first(s.stride(), above));
                    int endRow = Math.max(firstRow, end(s.stride(), above, s.height(), height));
                    if (!back) {
                        Arrays.fill(patches, at, at + firstRow * width, 0);
                        Arrays.fill(patches, at + endRow * width, at + height * width, 0);
                    }
                    if (!back && s.stride() == 1 && width == s.width()) {
                        int pixel = image + (c * s.height() + firstRow - above) * width - before;
                        shift(images, pixel, patches, at, width, firstRow, endRow, low, high);
                        continue;
                    }
                    for (int oi = firstRow; oi < endRow; oi++) {
                        int place = at + oi * width;
                        int pixel = image + (c * s.height() + oi * s.stride() - above) * s.width() - before;
                        if (back) {
                            add(patches, place, images, pixel, s.stride(), low, high);
                        } else {
                            copy(images, pixel, s.stride(), patches, place, low, high);
                            clear(patches, place, place + low);
                            clear(patches, place + high, place + width);
                        }
                    }
                }
            }
        }
    }

    /** Where rows of places are as long as rows of pixels, they follow each other as these do, but for the padding. */
    private static void shift(
            float[] images,
            int pixel,
            float[] patches,
            int at,
            int width,
            int firstRow,
            int endRow,
            int low,
            int high) {
        int rows = endRow - firstRow;
        if (rows == 0) {
            return;
        }
        int first = at + firstRow * width;
        System.arraycopy(images, pixel + low, patches, first + low, rows * width - low - (width - high));
        int end = at + endRow * width;
        for (int j = 0; j < low; j++) {
            clearColumn(patches, first + j, end, width);
        }
        for (int j = high; j < width; j++) {
            clearColumn(patches, first + j, end, width);
        }
    }

    private static void clearColumn(float[] patches, int from, int end, int width) {
        for (int o = from; o < end; o += width) {
            patches[o] = 0;
        }
    }

    /** Mostly one number or none. */
    private static void clear(float[] patches, int from, int to) {
        for (int j = from; j < to; j++) {
            patches[j] = 0;
        }
    }

    private static void copy(float[] images, int from, int stride, float[] patches, int to, int low, int high) {
        if (stride == 1) {
            System.arraycopy(images, from + low, patches, to + low, high - low);
        } else {
            for (int j = low; j < high; j++) {
                patches[to + j] = images[from + j * stride];
            }
        }
    }

    private static void add(float[] patches, int from, float[] images, int to, int stride, int low, int high) {
        if (stride == 1) {
            for (int j = low; j < high; j++) {
                images[to + j] += patches[from + j];
            }
        } else {
            for (int j = low; j < high; j++) {
                images[to + j * stride] += patches[from + j];
            }
        }
    }

    private static void addBias(Node y, int channels, int row) {
        if (y.c == null) {
            return;
        }
        float[] v = y.value.data;
        int width = y.cols() / channels;
        for (int k = 0, o = row * y.cols(); k < channels; k++, o += width) {
            addTo(v, o, o + width, y.c.value.data[k]);
        }
    }

    private static void addTo(float[] v, int from, int to, float bias) {
        for (int j = from; j < to; j++) {
            v[j] += bias;
        }
    }

    private static void addBiasGradient(Node y, int channels, int row, float[] sums, int at) {
        if (y.c == null || !y.c.needsGrad) {
            return;
        }
        int width = y.cols() / channels;
        for (int k = 0; k < channels; k++) {
            sums[at + k] += (float) VectorMath.sum(y.grad.data, row * y.cols() + k * width, width);
        }
    }
}
