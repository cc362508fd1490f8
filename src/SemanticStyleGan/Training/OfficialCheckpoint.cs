using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The authors' training checkpoints (<c>.pt</c> with <c>g</c>, <c>d</c>, <c>g_ema</c>, both optimisers and <c>args</c>), in and out.</summary>
public static class OfficialCheckpoint
{
    private const double Beta2 = 0.99;
    private const int PaperBatch = 32;

    /// <summary>
    /// Reads a checkpoint so that training continues from it: networks, average, moments and steps. Learning rate and the intervals of
    /// the regularisers follow from the optimisers' settings; the running mean of path lengths, which such files lack, begins at 0.
    /// </summary>
    /// <param name="path">The file; its name is the iteration.</param>
    /// <param name="batchSize">Images in a step; null for the option <c>batch</c> of the checkpoint, or the paper's 32.</param>
    /// <param name="layout">The classes; null for <see cref="OfficialModel.LayoutOf"/>.</param>
    /// <param name="device">Where to train.</param>
    /// <exception cref="CheckpointFormatException">The file is damaged or lacks what training needs; it is named.</exception>
    public static TrainingState Load(string path, int? batchSize, SemanticLayout? layout, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using PyTorchCheckpoint file = PyTorchCheckpoint.Read(path);
        string? missing = file.Generator is null ? "g" : file.Discriminator is null ? "d" : file.GeneratorOptimizer is null ? "g_optim" : file.DiscriminatorOptimizer is null ? "d_optim" : null;
        if (missing is not null) throw new CheckpointFormatException($"{path}: has no '{missing}', which training needs; it can be used as a model only.");
        long iteration = PyTorchCheckpoint.IterationOf(path) ?? 0;

        OfficialNames generatorNames = OfficialNames.For(file.Generator!, $"{path}: g"), discriminatorNames = OfficialNames.For(file.Discriminator!, $"{path}: d");
        Dictionary<string, Tensor> generator = generatorNames.ToNative(file.Generator!, $"{path}: g"), discriminator = discriminatorNames.ToNative(file.Discriminator!, $"{path}: d");
        GeneratorConfig sizes = CheckpointFormatException.Naming($"{path}: g", () => OfficialModel.ConfigOf(OfficialArchitecture.Infer(generator, file.Arguments, $"{path}: g")));
        int batch = batchSize ?? (file.Arguments.GetValueOrDefault("batch") is long stored and > 0 and <= 4096 ? (int)stored : PaperBatch);
        TrainingConfig config = Configure(file, sizes, discriminator.ContainsKey("mask_branch.input.weight"), batch, path);
        config = config with { Images = Math.Max(config.Images, (iteration + 1) * batch) };

        if (layout is not null && layout.Count != sizes.Parts)
            throw new InputException($"layout '{layout.Name}' has {layout.Count} classes, but {path} has {sizes.Parts} parts; expected the same number.");

        TrainingState state = new(config, layout ?? OfficialModel.LayoutOf(sizes), device, forLoading: true);
        try
        {
            Weights.Adopt(state.Generator, generator, $"{path}: g");
            Weights.Adopt(state.Discriminator, discriminator, $"{path}: d");
            if (file.AverageGenerator is { } average) Weights.Adopt(state.Average, generatorNames.ToNative(average, $"{path}: g_ema"), $"{path}: g_ema");
            else Weights.Load(state.Average, Weights.Of(state.Generator), path);
            LoadMoments(state.GeneratorAdam, file.GeneratorOptimizer!, generatorNames, generator, $"{path}: g_optim");
            LoadMoments(state.DiscriminatorAdam, file.DiscriminatorOptimizer!, discriminatorNames, discriminator, $"{path}: d_optim");
            state.ImagesSeen = iteration * batch;
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Writes a training state as a checkpoint that <c>torch.load</c> and the authors' program read; whole or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void Save(TrainingState state, string path)
    {
        state.Generator.WithLocalGenerators("a .pt file of the authors' form");
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, object?> arguments = OfficialModel.ArgumentsOf(state.Config.Generator);
        arguments["batch"] = (long)state.Config.BatchSize;
        new PyTorchCheckpoint
        {
            Generator = OfficialModel.WeightsOf(state.Generator),
            Discriminator = OfficialModel.WeightsOf(state.Discriminator),
            AverageGenerator = OfficialModel.WeightsOf(state.Average),
            GeneratorOptimizer = MomentsOf(state.GeneratorAdam, state.Generator),
            DiscriminatorOptimizer = MomentsOf(state.DiscriminatorAdam, state.Discriminator),
            Arguments = arguments,
        }.Write(path);
    }

    // An optimiser has lr·r and betas to the power of r, r = n/(n+1), where there is a regularisation step every n iterations.
    private static TrainingConfig Configure(PyTorchCheckpoint file, GeneratorConfig sizes, bool masks, int batch, string path)
    {
        (double rate, int interval) generator = Uncorrected(file.GeneratorOptimizer!, $"{path}: g_optim"), discriminator = Uncorrected(file.DiscriminatorOptimizer!, $"{path}: d_optim");
        if (Math.Abs(generator.rate - discriminator.rate) > 1e-6 * generator.rate)
            throw new CheckpointFormatException($"{path}: the optimisers' learning rates {generator.rate} and {discriminator.rate} differ, expected one.");
        TrainingConfig config = new TrainingConfig
        {
            BatchSize = batch,
            LearningRate = Math.Round(generator.rate, 12),
            PathLengthInterval = generator.interval,
            R1Interval = discriminator.interval,
        }.WithGenerator(sizes);
        if (generator.interval == 0) config = config with { PathLength = 0 };
        return (masks ? config : config with { Discriminator = config.Discriminator with { Parts = 0 } }).Validate();
    }

    private static (double Rate, int Interval) Uncorrected(OfficialOptimizer optimizer, string source)
    {
        double ratio = Math.Log(optimizer.Beta2) / Math.Log(Beta2);
        if (optimizer.Beta1 != 0 || !(ratio is > 0.4 and <= 1.000001))
            throw new CheckpointFormatException($"{source}: betas {optimizer.Beta1} and {optimizer.Beta2} are not those of this training (0 and 0.99 to the power of n/(n+1)).");
        return ratio > 0.9999 ? (optimizer.LearningRate, 0) : (optimizer.LearningRate / ratio, (int)Math.Round(ratio / (1 - ratio)));
    }

    private static void LoadMoments(Adam adam, OfficialOptimizer optimizer, OfficialNames names, Dictionary<string, Tensor> parameters, string source)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> state = new(StringComparer.Ordinal);
        void Add(string suffix, IReadOnlyDictionary<string, Tensor> moments)
        {
            // A parameter that never had a gradient (frozen while adapting) has no moments: they are zero.
            Dictionary<string, Tensor> complete = moments.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
            Dictionary<string, Tensor> like = names.ToOfficial(parameters, source);
            foreach (string name in names.Parameters.Where(name => !complete.ContainsKey(name))) complete[name] = zeros_like(like[name]);
            foreach ((string name, Tensor moment) in names.ToNative(complete, source, parametersOnly: true)) state[name + suffix] = moment;
        }
        Add(".mean", optimizer.FirstMoments);
        Add(".square", optimizer.SecondMoments);
        foreach (var stack in names.Parameters.GroupBy(name => names.NativeOf(name)!))
        {
            long[] steps = [.. stack.Select(name => optimizer.Steps.GetValueOrDefault(name)).Distinct()];
            if (steps.Length != 1) throw new CheckpointFormatException($"{source}: the parts' parameters of '{stack.Key}' have taken different numbers of steps ({steps[0]} and {steps[1]}).");
            state[stack.Key + ".steps"] = tensor(steps[0]);
        }
        adam.LoadState(state, source);
    }

    private static OfficialOptimizer MomentsOf(Adam adam, nn.Module network)
    {
        OfficialNames names = OfficialNames.For(Weights.Of(network), network.GetName());
        Dictionary<string, Tensor> state = adam.State().ToDictionary(s => s.Key, s => s.Value);
        Dictionary<string, Tensor> Stored(string suffix) => state.Where(s => s.Key.EndsWith(suffix, StringComparison.Ordinal)).ToDictionary(s => s.Key[..^suffix.Length], s => s.Value);
        Dictionary<string, Tensor> steps = Stored(".steps");
        return new OfficialOptimizer
        {
            LearningRate = adam.LearningRate,
            Beta1 = adam.Beta1,
            Beta2 = adam.Beta2,
            // Where none is kept the next step makes it of the gradient alone.
            FirstMoments = names.ToOfficial(Stored(".square").ToDictionary(s => s.Key, s => state.GetValueOrDefault(s.Key + ".mean") ?? zeros_like(s.Value)), "moments", parametersOnly: true),
            SecondMoments = names.ToOfficial(Stored(".square"), "moments", parametersOnly: true),
            Steps = names.Parameters.ToDictionary(name => name, name => steps[names.NativeOf(name)!].item<long>()),
        };
    }
}
