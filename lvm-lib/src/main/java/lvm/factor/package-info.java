/** Linear factor models, x = W h + b + noise, in double precision: each puts another distribution on h and on the noise. */
package lvm.factor;
