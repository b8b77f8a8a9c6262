/** Fluent builders of XChart charts and images in one theme: labelled axes, readable sizes, colour-blind-safe colours. */
package lvm.plot;
