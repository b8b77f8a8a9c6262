package lvm.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.QuadCurve2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graphical model as it is drawn in books: empty circles for latent variables, shaded ones for observed variables, dots for
 * parameters, arrows p(child | parents), dashed arrows for an approximate posterior, lines for undirected models, and plates
 * around what is repeated.
 *
 * <pre>{@code
 * Plots.graph().latent("z", 0, 0).observed("x", 0, 1).arrow("z", "x").parameter("θ", 1, 1).arrow("θ", "x")
 *         .plate("n = 1 … N", "z", "x");
 * }</pre>
 *
 * <p>Nodes stand on a grid of columns to the right and rows downwards; places between are allowed. A node's name is its label.
 */
public final class GraphicalModel implements Picture {
    private static final double COLUMN = 92;
    private static final double ROW = 86;
    private static final double RADIUS = 23;
    private static final int FARTHEST = 100;
    private static final double DOT = 4;
    private static final double MARGIN = 12;
    private static final double PLATE_PADDING = 13;
    private static final double PLATE_LABEL = 17;
    private static final double TITLE_HEIGHT = 32;
    private static final double HEAD = 10;
    private static final double BEND = 0.32;
    private static final Color SHADE = new Color(0x5A, 0x8F, 0xBF, 90);
    private static final Font LABEL = PlotTheme.font(16);

    private enum Kind {
        LATENT,
        OBSERVED,
        PARAMETER
    }

    private enum Line {
        ARROW,
        INFERENCE,
        LINK
    }

    private record Node(String name, Kind kind, double x, double y) {
        double radius() {
            return kind == Kind.PARAMETER ? DOT : RADIUS;
        }

        /** With the label of a dot, which stands above it. */
        Rectangle2D bounds() {
            Rectangle2D own = new Rectangle2D.Double(x - radius(), y - radius(), 2 * radius(), 2 * radius());
            if (kind == Kind.PARAMETER) {
                double half = Paper.text(name, LABEL).getAdvance() / 2;
                own.add(new Rectangle2D.Double(x - half, y - DOT - 22, 2 * half, 22));
            }
            return own;
        }
    }

    private record Edge(Node from, Node to, Line line) {}

    private record Plate(String label, List<Node> nodes) {}

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final List<Plate> plates = new ArrayList<>();
    private String title = "";

    GraphicalModel() {}

    /**
     * A latent variable: an empty circle.
     *
     * @param name the label; no other node has it
     * @param column from the left
     * @param row from the top
     * @return this
     * @throws IllegalArgumentException if the name is taken or empty, or the place is further than 100 from 0
     */
    public GraphicalModel latent(String name, double column, double row) {
        return node(name, Kind.LATENT, column, row);
    }

    /**
     * An observed variable: a shaded circle.
     *
     * @param name the label; no other node has it
     * @param column from the left
     * @param row from the top
     * @return this
     * @throws IllegalArgumentException if the name is taken or empty, or the place is further than 100 from 0
     */
    public GraphicalModel observed(String name, double column, double row) {
        return node(name, Kind.OBSERVED, column, row);
    }

    /**
     * A parameter: a dot.
     *
     * @param name the label; no other node has it
     * @param column from the left
     * @param row from the top
     * @return this
     * @throws IllegalArgumentException if the name is taken or empty, or the place is further than 100 from 0
     */
    public GraphicalModel parameter(String name, double column, double row) {
        return node(name, Kind.PARAMETER, column, row);
    }

    private GraphicalModel node(String name, Kind kind, double column, double row) {
        if (name.isBlank() || nodes.containsKey(name)) {
            throw new IllegalArgumentException("GraphicalModel: the node \"" + name + "\" "
                    + (name.isBlank() ? "has no name" : "is there already"));
        }
        if (!(Math.abs(column) <= FARTHEST && Math.abs(row) <= FARTHEST)) {
            throw new IllegalArgumentException("GraphicalModel: the node \"" + name + "\" is at " + column + ", " + row
                    + ", expected numbers from -" + FARTHEST + " to " + FARTHEST);
        }
        nodes.put(name, new Node(name, kind, column * COLUMN, row * ROW));
        return this;
    }

    private Node find(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("GraphicalModel: no node \"" + name + "\", there are " + nodes.keySet());
        }
        return node;
    }

    /**
     * An arrow of the generative model.
     *
     * @param parent the node it leaves
     * @param child the node it points to
     * @return this
     * @throws IllegalArgumentException if there is no such node
     */
    public GraphicalModel arrow(String parent, String child) {
        return edge(parent, child, Line.ARROW);
    }

    /**
     * A dashed, bent arrow: what an approximate posterior reads and what it gives.
     *
     * @param from the node it leaves
     * @param to the node it points to
     * @return this
     * @throws IllegalArgumentException if there is no such node
     */
    public GraphicalModel inference(String from, String to) {
        return edge(from, to, Line.INFERENCE);
    }

    /**
     * A line without direction, as in Boltzmann machines.
     *
     * @param a a node
     * @param b another
     * @return this
     * @throws IllegalArgumentException if there is no such node
     */
    public GraphicalModel link(String a, String b) {
        return edge(a, b, Line.LINK);
    }

    private GraphicalModel edge(String from, String to, Line line) {
        if (from.equals(to)) {
            throw new IllegalArgumentException("GraphicalModel: an edge from \"" + from + "\" to itself");
        }
        edges.add(new Edge(find(from), find(to), line));
        return this;
    }

    /**
     * A frame around nodes that are repeated together.
     *
     * @param label such as n = 1 … N, in the lower right corner
     * @param names the nodes, at least one
     * @return this
     * @throws IllegalArgumentException if there is none, or no such node
     */
    public GraphicalModel plate(String label, String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("GraphicalModel: the plate \"" + label + "\" is empty");
        }
        List<Node> inside = new ArrayList<>();
        for (String name : names) {
            inside.add(find(name));
        }
        plates.add(new Plate(label, inside));
        return this;
    }

    /**
     * A title above the graph.
     *
     * @param title a line of text
     * @return this
     */
    public GraphicalModel title(String title) {
        this.title = Objects.requireNonNull(title, "GraphicalModel.title");
        return this;
    }

    /** The frame of a plate; one that holds others goes around them. */
    private Rectangle2D frame(Plate plate) {
        Rectangle2D frame = null;
        for (Node node : plate.nodes) {
            frame = frame == null ? node.bounds() : frame.createUnion(node.bounds());
        }
        for (Plate other : plates) {
            boolean inner = other != plate
                    && plate.nodes.containsAll(other.nodes)
                    && (other.nodes.size() < plate.nodes.size() || plates.indexOf(other) < plates.indexOf(plate));
            if (inner) {
                frame = frame.createUnion(frame(other));
            }
        }
        double width = Math.max(
                frame.getWidth() + 2 * PLATE_PADDING,
                Paper.text(plate.label, small()).getAdvance() + 16);
        double left = frame.getCenterX() - width / 2;
        return new Rectangle2D.Double(
                left,
                frame.getY() - PLATE_PADDING,
                width,
                frame.getHeight() + 2 * PLATE_PADDING + (plate.label.isBlank() ? 0 : PLATE_LABEL - 4));
    }

    private static Font small() {
        return PlotTheme.font(13);
    }

    /** All that is drawn but the title, in the coordinates of the grid. */
    private Rectangle2D extent() {
        Rectangle2D all = null;
        for (Node node : nodes.values()) {
            all = all == null ? node.bounds() : all.createUnion(node.bounds());
        }
        for (Plate plate : plates) {
            all = all.createUnion(frame(plate));
        }
        for (Edge edge : edges) {
            all = all.createUnion(path(edge).getBounds2D());
        }
        return all == null ? new Rectangle2D.Double(0, 0, 2 * RADIUS, 2 * RADIUS) : all;
    }

    @Override
    public int width() {
        double text = title.isBlank() ? 0 : Paper.title(title).getAdvance();
        return (int) Math.ceil(Math.max(extent().getWidth(), text) + 2 * MARGIN);
    }

    @Override
    public int height() {
        return (int) Math.ceil(extent().getHeight() + 2 * MARGIN + (title.isBlank() ? 0 : TITLE_HEIGHT));
    }

    /** The middle of an edge is off the straight line where it is bent. */
    private static Point2D control(Edge edge) {
        double dx = edge.to.x - edge.from.x;
        double dy = edge.to.y - edge.from.y;
        double bend = edge.line == Line.INFERENCE ? 2 * BEND : 0;
        return new Point2D.Double((edge.from.x + edge.to.x) / 2 - bend * dy, (edge.from.y + edge.to.y) / 2 + bend * dx);
    }

    private static Point2D rim(Node node, Point2D towards) {
        double distance = Math.max(1e-9, towards.distance(node.x, node.y));
        double t = node.radius() / distance;
        return new Point2D.Double(node.x + t * (towards.getX() - node.x), node.y + t * (towards.getY() - node.y));
    }

    private static Shape path(Edge edge) {
        Point2D control = control(edge);
        Point2D from = rim(edge.from, control);
        Point2D to = rim(edge.to, control);
        return edge.line == Line.INFERENCE
                ? new QuadCurve2D.Double(from.getX(), from.getY(), control.getX(), control.getY(), to.getX(), to.getY())
                : new Line2D.Double(from, to);
    }

    @Override
    public void paint(Graphics2D g) {
        Paper.paint(g, own -> {
            own.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            own.setColor(Palette.DARK);
            if (!title.isBlank()) {
                TextLayout text = Paper.title(title);
                text.draw(own, (width() - text.getAdvance()) / 2, (float) TITLE_HEIGHT - 10);
            }
            Rectangle2D extent = extent();
            own.translate(
                    (width() - extent.getWidth()) / 2 - extent.getX(),
                    MARGIN + (title.isBlank() ? 0 : TITLE_HEIGHT) - extent.getY());
            plates.forEach(plate -> paint(own, plate));
            edges.forEach(edge -> paint(own, edge));
            nodes.values().forEach(node -> paint(own, node));
        });
    }

    private void paint(Graphics2D g, Plate plate) {
        Rectangle2D frame = frame(plate);
        g.setColor(Palette.GREY);
        g.setStroke(Strokes.solid(1.2f));
        g.draw(new RoundRectangle2D.Double(frame.getX(), frame.getY(), frame.getWidth(), frame.getHeight(), 12, 12));
        g.setColor(Palette.DARK);
        TextLayout text = Paper.text(plate.label, small());
        text.draw(g, (float) (frame.getMaxX() - text.getAdvance() - 7), (float) frame.getMaxY() - 7);
    }

    private static void paint(Graphics2D g, Edge edge) {
        boolean inference = edge.line == Line.INFERENCE;
        g.setColor(inference ? Palette.color(3) : Palette.DARK);
        g.setStroke(inference ? Strokes.dashed(1.8f) : Strokes.solid(1.6f));
        g.draw(path(edge));
        if (edge.line == Line.LINK) {
            return;
        }
        Point2D control = control(edge);
        Point2D tip = rim(edge.to, control);
        double angle = Math.atan2(tip.getY() - control.getY(), tip.getX() - control.getX());
        Path2D head = new Path2D.Double();
        head.moveTo(tip.getX(), tip.getY());
        for (double side : new double[] {0.42, -0.42}) {
            head.lineTo(tip.getX() - HEAD * Math.cos(angle + side), tip.getY() - HEAD * Math.sin(angle + side));
        }
        head.closePath();
        g.fill(head);
    }

    private static void paint(Graphics2D g, Node node) {
        double r = node.radius();
        Shape circle = new Ellipse2D.Double(node.x - r, node.y - r, 2 * r, 2 * r);
        if (node.kind != Kind.LATENT) {
            g.setColor(node.kind == Kind.OBSERVED ? SHADE : Palette.DARK);
            g.fill(circle);
        }
        g.setColor(Palette.DARK);
        g.setStroke(Strokes.solid(1.6f));
        g.draw(circle);
        TextLayout text = Paper.text(node.name, LABEL);
        double baseline = node.kind == Kind.PARAMETER ? node.y - DOT - 6 : node.y + 5.5;
        text.draw(g, (float) (node.x - text.getAdvance() / 2), (float) baseline);
    }

    @Override
    public String description() {
        List<String> arrows = edges.stream()
                .map(e -> e.from.name
                        + (e.line == Line.LINK ? " – " : " → ")
                        + e.to.name
                        + (e.line == Line.INFERENCE ? " (inference)" : ""))
                .toList();
        return "Graphical model" + (title.isBlank() ? "" : " “" + title + "”") + ": " + String.join(", ", arrows) + ".";
    }

    @Override
    public String toString() {
        return "GraphicalModel of " + nodes.size() + " nodes, " + edges.size() + " edges, " + plates.size() + " plates";
    }
}
