package lvm.kernel.jjava;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import java.util.LinkedHashMap;
import java.util.Map;
import lvm.kernel.render.Renderers.Bundle;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** JJava's display data and our bundles. */
final class DisplayDatas {
    private static final Gson GSON =
            new Gson().newBuilder().serializeSpecialFloatingPointValues().create();
    private static final TypeToken<Map<String, Object>> MAP = new TypeToken<>() {};

    private DisplayDatas() {}

    static Bundle bundle(DisplayData data) {
        // JJava shows what is inside only to Gson.
        JsonObject json = GSON.toJsonTree(data, DisplayData.class).getAsJsonObject();
        return new Bundle(map(json, "data"), map(json, "metadata"));
    }

    private static Map<String, Object> map(JsonObject json, String field) {
        Map<String, Object> map = json.has(field) ? GSON.fromJson(json.get(field), MAP) : null;
        return map == null ? new LinkedHashMap<>() : map;
    }

    static DisplayData displayData(Bundle bundle) {
        DisplayData data = new DisplayData();
        bundle.data().forEach(data::putData);
        bundle.metadata().forEach(data::putMetaData);
        return data;
    }
}
