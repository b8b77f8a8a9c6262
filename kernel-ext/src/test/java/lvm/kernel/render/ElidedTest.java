package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ElidedTest {

    private static String text(Object value) {
        return Elided.contents(value).orElse(null);
    }

    @Test
    void arraysOfEachKind() {
        assertEquals("[a, null]", text(new String[] {"a", null}));
        assertEquals("[1, 2]", text(new long[] {1, 2}));
        assertEquals("[true, false]", text(new boolean[] {true, false}));
        assertEquals("[-1]", text(new byte[] {-1}));
        assertEquals("[3]", text(new short[] {3}));
        assertEquals("[x, y]", text(new char[] {'x', 'y'}));
        assertEquals("[1.5]", text(new float[] {1.5f}));
        assertEquals("[]", text(new Object[0]));
        assertEquals("[1, [a], [[2.0], null], {k=[7]}]", text(new Object[] {
            1, List.of("a"), new double[][] {{2}, null}, Map.of("k", new int[] {7})
        }));
    }

    @Test
    void listsAndMapsThatHoldArrays() {
        assertEquals("[[1], [2, 3]]", text(List.of(new int[] {1}, new int[] {2, 3})));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", new String[] {"x"});
        map.put("b", List.of(Map.of("c", new double[] {0.5})));
        assertEquals("{a=[x], b=[{c=[0.5]}]}", text(map));
        assertEquals("Optional[[1]]", text(Optional.of(new int[] {1})));
        assertEquals("[null, [1]]", text(Arrays.asList(null, new int[] {1})));
    }

    @Test
    void othersKeepTheirOwnText() {
        class Own extends ArrayList<int[]> {
            private static final long serialVersionUID = 1;
        }
        Own own = new Own();
        own.add(new int[1]);
        for (Object value : List.of("text", 1, List.of(1, 2), Map.of("a", 1), own, Optional.empty())) {
            assertEquals(null, text(value));
        }
    }

    @Test
    void longOnesAreShownInPart() {
        String text = text(IntStream.range(0, 1_000_000).asLongStream().toArray());
        assertTrue(text.startsWith("[0, 1, 2, ") && text.contains(", 49, … (1000000 in all), 999990, "), text);
        assertTrue(text.endsWith(", 999999]"), text);
        assertEquals(100, text(new boolean[100]).split(", ").length);
        List<int[]> list = IntStream.range(0, 5000).mapToObj(i -> new int[] {i}).toList();
        assertTrue(text(list).endsWith("[49], … (5000 in all)]"), text(list));
        assertTrue(text(new String[300][300]).length() < 50_000);
        assertTrue(text(new long[100][100][100]).length() < 50_000);
    }

    @Test
    void whatHoldsItselfEnds() {
        Object[] self = {1, null};
        self[1] = self;
        assertTrue(text(self).startsWith("[1, [1, "), text(self));
        List<Object> list = new ArrayList<>();
        list.add(list);
        list.add(new int[] {1});
        assertTrue(text(list).contains("[1]"), text(list));
    }
}
