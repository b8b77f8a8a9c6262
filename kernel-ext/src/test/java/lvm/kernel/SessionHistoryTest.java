package lvm.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import lvm.kernel.wire.Message;
import org.junit.jupiter.api.Test;

class SessionHistoryTest {
    private static boolean matches(String glob, String text) {
        return SessionHistory.glob(glob).matcher(text).matches();
    }

    private static String answer(SessionHistory history, String content) {
        JsonObject json = JsonParser.parseString(content).getAsJsonObject();
        JsonObject none = new JsonObject();
        return history.answer(new Message(List.of(), none, none, none, json, List.of()))
                .toString();
    }

    @Test
    void globs() {
        assertTrue(matches("*", "any\nthing"));
        assertTrue(matches("a?c", "abc"));
        assertFalse(matches("a?c", "ac"));
        assertTrue(matches("x[0-9]*", "x7 + 1"));
        assertTrue(matches("[!a]b", "xb"));
        assertFalse(matches("[!a]b", "ab"));
        assertTrue(matches("f(x) + [", "f(x) + ["));
        assertFalse(matches("a.c", "abc"));
        assertTrue(matches("[]]", "]"));
        assertTrue(matches("[\\&&]", "&"));
    }

    @Test
    void theThreeWaysToAsk() {
        SessionHistory history = new SessionHistory();
        history.add(1, "a", null);
        history.add(2, "b", "out");
        history.add(3, "a", "again");
        assertEquals("[[1,2,\"b\"],[1,3,\"a\"]]", answer(history, "{'hist_access_type':'tail','n':2}"));
        assertEquals(
                "[[1,1,[\"a\",null]],[1,2,[\"b\",\"out\"]]]",
                answer(history, "{'hist_access_type':'range','session':0,'start':1,'stop':3,'output':true}"));
        assertEquals("[]", answer(history, "{'hist_access_type':'range','session':-1,'start':1}"));
        assertEquals("[[1,1,\"a\"],[1,3,\"a\"]]", answer(history, "{'hist_access_type':'search','pattern':'a*'}"));
        assertEquals(
                "[[1,2,\"b\"],[1,3,\"a\"]]",
                answer(history, "{'hist_access_type':'search','pattern':'*','unique':true}"));
        assertEquals("[[1,3,\"a\"]]", answer(history, "{'hist_access_type':'search','pattern':'*','n':1}"));
        assertEquals("[]", answer(history, "{'hist_access_type':'tail','n':-1}"));
    }
}
