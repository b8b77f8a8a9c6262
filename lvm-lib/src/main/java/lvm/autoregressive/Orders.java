package lvm.autoregressive;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Orders of columns: permutations of 0 … D − 1, of which the first number is the column that comes first. */
final class Orders {
    private Orders() {}

    static int[] natural(int dim) {
        int[] order = new int[dim];
        Arrays.setAll(order, j -> j);
        return order;
    }

    /** Orders with equal probabilities. */
    static int[][] random(int count, int dim, SplittableRandom rng) {
        int[][] orders = new int[count][];
        for (int k = 0; k < count; k++) {
            int[] order = natural(dim);
            for (int j = dim - 1; j > 0; j--) {
                int other = rng.nextInt(j + 1);
                int column = order[j];
                order[j] = order[other];
                order[other] = column;
            }
            orders[k] = order;
        }
        return orders;
    }

    /** The place of each column in an order. */
    static int[] places(int[] order) {
        int[] places = new int[order.length];
        for (int t = 0; t < order.length; t++) {
            places[order[t]] = t;
        }
        return places;
    }

    /** A copy of an order, after a check that it is one. */
    static int[] require(String model, int... order) {
        boolean[] seen = new boolean[order.length];
        for (int t = 0; t < order.length; t++) {
            int column = order[t];
            if (column < 0 || column >= order.length || seen[column]) {
                throw new IllegalArgumentException(model + ": the order has column " + column + " at place " + t
                        + (column >= 0 && column < order.length ? ", a second time" : "")
                        + "; expected each of 0 to " + (order.length - 1) + " once");
            }
            seen[column] = true;
        }
        return order.clone();
    }

    /** Fails at an order of other columns than the data have. */
    static void requireDim(String model, int[] order, int dim) {
        if (order.length != dim) {
            throw new IllegalArgumentException(
                    model + ": the order is one of " + order.length + " columns, the data have " + dim);
        }
    }

    static String text(int[] order) {
        return Arrays.equals(order, natural(order.length)) ? "as they stand" : "given";
    }
}
