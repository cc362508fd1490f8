using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// What pivotal tuning changed in a generator, as a small file: the difference of each weight as a whole number from −127 to 127 of a unit of its tensor,
/// a quarter of the model's size. Opened in place of a model it gives that model, tuned.
/// </summary>
public sealed class TunedWeights : IDisposable
{
    /// <summary>The value of <c>format</c> in the header of such a file.</summary>
    public const string Format = "semantic-stylegan-tuned-weights";
    private const string UnitSuffix = ".unit";
    private readonly TensorFile file;

    private TunedWeights(TensorFile file) => this.file = file;

    /// <summary>The fingerprint of the model that the differences belong to.</summary>
    public string Model => file.Metadata["model"];

    /// <summary>The differences of a generator's weights from what they were.</summary>
    /// <param name="model">The fingerprint of the model before.</param>
    /// <param name="before">The weights before, by name.</param>
    /// <param name="after">The tuned generator.</param>
    public static TunedWeights Of(string model, IReadOnlyDictionary<string, Tensor> before, CompositionalGenerator after)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = [];
        foreach ((string name, Tensor weight) in Weights.Of(after))
        {
            Tensor difference = (weight - before[name]).cpu();
            double largest = difference.abs().max().to(ScalarType.Float64).item<double>();
            if (largest == 0) continue;
            tensors[name] = difference.mul(Constant(127 / largest)).round().to(ScalarType.Int8);
            tensors[name + UnitSuffix] = tensor((float)(largest / 127));
        }
        return new TunedWeights(new TensorFile(tensors, new Dictionary<string, string> { ["format"] = Format, ["model"] = model }));
    }

    /// <summary>Adds the differences to a model's weights.</summary>
    /// <exception cref="InputException">They belong to another model.</exception>
    public void Apply(SemanticModel target, string source = "tuned weights")
    {
        string fingerprint = target.Fingerprint;
        if (fingerprint != Model) throw new InputException($"{source}: belongs to another model (fingerprint {Model}, this model has {fingerprint}).");
        AddTo(target.Generator, source);
        target.Provenance[SemanticModel.TunedFrom] = Model;
    }

    /// <summary>Adds the differences to the weights of a generator that is known to be the right one.</summary>
    internal void AddTo(CompositionalGenerator generator, string source = "tuned weights")
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> weights = Weights.Of(generator);
        List<(Tensor Weight, Tensor Difference)> changes = [];
        foreach ((string name, Tensor difference) in file.Tensors.Where(t => !t.Key.EndsWith(UnitSuffix, StringComparison.Ordinal)))
        {
            if (!weights.TryGetValue(name, out Tensor? weight) || !weight.shape.AsSpan().SequenceEqual(difference.shape)
                || !file.Tensors.TryGetValue(name + UnitSuffix, out Tensor? unit) || unit.numel() != 1)
                throw new CheckpointFormatException($"{source}: '{name}' does not fit the model.");
            changes.Add((weight, (difference.to(ScalarType.Float32) * unit).to(weight.device)));
        }
        foreach ((Tensor weight, Tensor difference) in changes) weight.add_(difference, Constant(1));
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to; <c>.safetensors</c> by custom.</param>
    /// <param name="modelName">How the model was named: a bundled one's name, or a file, which is kept by its full path.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Save(string path, string? modelName) => Safetensors.Write(path, file.Tensors, new Dictionary<string, string>(file.Metadata)
    {
        ["base"] = modelName is null || ModelSource.Bundled.Contains(modelName) ? modelName ?? ModelSource.Default : Path.GetFullPath(ModelSource.Locate(modelName)),
    });

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointFormatException">It is damaged or something else.</exception>
    public static TunedWeights Load(string path)
    {
        TensorFile file = Safetensors.Read(path);
        if (file.Metadata.GetValueOrDefault("format") == Format && file.Metadata.ContainsKey("model")) return new TunedWeights(file);
        file.Dispose();
        throw new CheckpointFormatException($"{path}: no tuned weights (its header's 'format' is '{file.Metadata.GetValueOrDefault("format") ?? "missing"}', expected '{Format}').");
    }

    /// <summary>The model that a file's differences belong to, tuned.</summary>
    /// <exception cref="InputException">The model is not where it was, or another one now.</exception>
    internal static SemanticModel Open(string path, Device device)
    {
        using TunedWeights tuned = Load(path);
        string modelName = tuned.file.Metadata.GetValueOrDefault("base") ?? ModelSource.Default;
        SemanticModel model;
        try
        {
            model = ModelSource.Open(modelName, device);
        }
        catch (InputException e)
        {
            throw new InputException($"{path}: the model that these weights tune can't be opened: {e.Message}", e);
        }
        try
        {
            tuned.Apply(model, path);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
