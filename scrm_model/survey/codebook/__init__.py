"""The codebook: what each column of the data stands for."""
