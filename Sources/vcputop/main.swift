print("vcputop")
