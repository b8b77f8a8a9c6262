package lvm.kernel.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * At most 256 colours for a picture, by median cut (P. Heckbert, 1982): the box of colours with the widest side, weighed by its
 * pixels, is cut in two until there are enough boxes. Colours have a transparency like any other coordinate.
 */
final class FewColors {
    private static final int MOST = 256;

    private final Map<Integer, Integer> places;
    private final int[] palette;

    private FewColors(Map<Integer, Integer> places, int[] palette) {
        this.places = places;
        this.palette = palette;
    }

    /** The colours, with transparency in the uppermost bits. */
    int[] palette() {
        return palette.clone();
    }

    /** The place in the palette of a colour of the picture. */
    int place(int color) {
        return places.get(color);
    }

    /** The colours for a picture; those that it has where they are few. */
    static FewColors of(int[] pixels) {
        Map<Integer, Integer> counts = new HashMap<>();
        int before = 0;
        int run = 0;
        for (int pixel : pixels) {
            int color = pixel >>> 24 == 0 ? 0 : pixel; // what can not be seen has no colour
            if (color != before) {
                add(counts, before, run);
                before = color;
                run = 0;
            }
            run++;
        }
        add(counts, before, run);
        int[] colors = counts.keySet().stream().mapToInt(c -> c).sorted().toArray();
        List<int[]> boxes = boxes(colors, counts);
        int[] palette = new int[boxes.size()];
        Map<Integer, Integer> places = new HashMap<>();
        for (int k = 0; k < palette.length; k++) {
            palette[k] = mean(boxes.get(k), counts);
            for (int color : boxes.get(k)) {
                places.put(color, k);
            }
        }
        for (int pixel : pixels) {
            if (pixel >>> 24 == 0) {
                places.putIfAbsent(pixel, places.get(0));
            }
        }
        return new FewColors(places, palette);
    }

    private static void add(Map<Integer, Integer> counts, int color, int count) {
        if (count > 0) {
            counts.merge(color, count, Integer::sum);
        }
    }

    private static List<int[]> boxes(int[] colors, Map<Integer, Integer> counts) {
        List<int[]> boxes = new ArrayList<>();
        if (colors.length <= MOST) {
            for (int color : colors) {
                boxes.add(new int[] {color});
            }
            return boxes;
        }
        boxes.add(colors);
        List<Double> sizes = new ArrayList<>(List.of(size(colors, counts)));
        while (boxes.size() < MOST) {
            int widest = 0;
            for (int k = 1; k < boxes.size(); k++) {
                widest = sizes.get(k) > sizes.get(widest) ? k : widest;
            }
            int[] box = boxes.get(widest);
            int half = cut(box, counts);
            boxes.set(widest, Arrays.copyOfRange(box, 0, half));
            boxes.add(Arrays.copyOfRange(box, half, box.length));
            sizes.set(widest, size(boxes.get(widest), counts));
            sizes.add(size(boxes.get(boxes.size() - 1), counts));
        }
        return boxes;
    }

    /** How much a box needs to be cut: its widest side times the fourth root of its pixels; nothing if it has one colour. */
    private static double size(int[] box, Map<Integer, Integer> counts) {
        double pixels = 0;
        for (int color : box) {
            pixels += counts.get(color);
        }
        return box.length < 2 ? 0 : side(box, widest(box)) * Math.sqrt(Math.sqrt(pixels));
    }

    private static int widest(int[] box) {
        int widest = 0;
        for (int channel = 8; channel < 32; channel += 8) {
            widest = side(box, channel) > side(box, widest) ? channel : widest;
        }
        return widest;
    }

    private static int side(int[] box, int channel) {
        int least = 255;
        int most = 0;
        for (int color : box) {
            int level = color >>> channel & 255;
            least = Math.min(least, level);
            most = Math.max(most, level);
        }
        return most - least;
    }

    /** Sorts a box along its widest side and finds the middle of that, at which it is cut. */
    private static int cut(int[] box, Map<Integer, Integer> counts) {
        int channel = widest(box);
        int[] sorted = Arrays.stream(box)
                .boxed()
                .sorted((a, b) -> Integer.compare(a >>> channel & 255, b >>> channel & 255))
                .mapToInt(c -> c)
                .toArray();
        System.arraycopy(sorted, 0, box, 0, box.length);
        int middle = ((box[0] >>> channel & 255) + (box[box.length - 1] >>> channel & 255)) / 2;
        int half = 1;
        while (half < box.length - 1 && (box[half] >>> channel & 255) <= middle) {
            half++;
        }
        return half;
    }

    private static int mean(int[] box, Map<Integer, Integer> counts) {
        long pixels = 0;
        long[] sums = new long[4];
        for (int color : box) {
            long count = counts.get(color);
            pixels += count;
            for (int c = 0; c < 4; c++) {
                sums[c] += count * (color >>> 8 * c & 255);
            }
        }
        int mean = 0;
        for (int c = 0; c < 4; c++) {
            mean |= (int) ((sums[c] + pixels / 2) / pixels) << 8 * c;
        }
        return mean;
    }
}
