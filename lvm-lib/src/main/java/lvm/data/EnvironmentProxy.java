package lvm.data;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The proxy that the environment names, as most programs read it ({@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY},
 * {@code NO_PROXY}, also in small letters): Java itself only looks at system properties, which come first here.
 */
final class EnvironmentProxy extends ProxySelector {
    private static final int DEFAULT_PORT = 80;

    private final UnaryOperator<String> environment;
    private final ProxySelector byProperties;

    EnvironmentProxy(UnaryOperator<String> properties, UnaryOperator<String> environment) {
        this.environment = environment;
        boolean named = false;
        for (String property : new String[] {"https.proxyHost", "http.proxyHost", "socksProxyHost"}) {
            named |= properties.apply(property) != null;
        }
        byProperties = named ? ProxySelector.getDefault() : null;
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (byProperties != null) {
            return byProperties.select(uri);
        }
        URI proxy = proxy(variable(uri));
        if (proxy == null || !isSupported(proxy) || isExcluded(uri.getHost())) {
            return List.of(Proxy.NO_PROXY);
        }
        int port = proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The download reports it.
    }

    /** What to add to the report of a failure; empty if the environment names no proxy. */
    String about(URI uri) {
        String variable = byProperties == null ? variable(uri) : null;
        if (variable == null || isExcluded(uri.getHost())) {
            return "";
        }
        URI proxy = proxy(variable);
        if (proxy == null || !isSupported(proxy)) {
            return " (without the proxy that " + variable
                    + " names: only http://HOST:PORT without user and password is supported)";
        }
        return " (through the proxy " + proxy.getHost() + " that " + variable + " names)";
    }

    private static boolean isSupported(URI proxy) {
        return "http".equals(proxy.getScheme()) && proxy.getHost() != null && proxy.getUserInfo() == null;
    }

    /** The variable that names the proxy; null if none does. */
    private String variable(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        for (String name : new String[] {scheme + "_proxy", "all_proxy"}) {
            for (String variable : new String[] {name, name.toUpperCase(Locale.ROOT)}) {
                String value = environment.apply(variable);
                if (value != null && !value.isBlank()) {
                    return variable;
                }
            }
        }
        return null;
    }

    /** The proxy; null if there is none or its name can not be read. */
    private URI proxy(String variable) {
        if (variable == null) {
            return null;
        }
        String value = environment.apply(variable).strip();
        try {
            return URI.create(value.contains("://") ? value : "http://" + value);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private boolean isExcluded(String host) {
        String names = environment.apply("no_proxy");
        names = names == null || names.isBlank() ? environment.apply("NO_PROXY") : names;
        if (names == null || host == null) {
            return false;
        }
        String wanted = host.toLowerCase(Locale.ROOT);
        for (String each : names.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String name = each.startsWith("*.") ? each.substring(2) : each.startsWith(".") ? each.substring(1) : each;
            if (name.equals("*") || !name.isEmpty() && (wanted.equals(name) || wanted.endsWith("." + name))) {
                return true;
            }
        }
        return false;
    }
}
