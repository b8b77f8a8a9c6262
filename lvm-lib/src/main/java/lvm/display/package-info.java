/** Progress and live output: plain text in a terminal, one updated display in a notebook. */
package lvm.display;
