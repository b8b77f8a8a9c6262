package lvm.kernel.jjava;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.kernel.render.Renderers.Bundle;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** JJava's display data as our bundles. */
final class DisplayDatas {
    private static final Gson GSON =
            new Gson().newBuilder().serializeSpecialFloatingPointValues().create();
    private static final TypeToken<Map<String, Object>> MAP = new TypeToken<>() {};

    private DisplayDatas() {}

    static Bundle bundle(DisplayData data) {
        // The fields are private, and Gson reads them.
        JsonObject json = GSON.toJsonTree(data, DisplayData.class).getAsJsonObject();
        return new Bundle(map(json, "data"), map(json, "metadata"));
    }

    private static Map<String, Object> map(JsonObject json, String field) {
        Map<String, Object> map = json.has(field) ? GSON.fromJson(json.get(field), MAP) : null;
        return map == null ? new LinkedHashMap<>() : map;
    }
}
