using System.Globalization;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// A checkpoint in the authors' format (<c>.pt</c>): state dicts under official names, optimisers and arguments; any of them
/// may be missing. The tensors are CPU copies outside every dispose scope; <see cref="Dispose"/> frees all of them.
/// Convert with <see cref="OfficialNames"/>.
/// </summary>
public sealed class PyTorchCheckpoint : IDisposable
{
    /// <summary><c>g</c>, the generator that is trained; null where the file lacks it or it was not asked for.</summary>
    public IReadOnlyDictionary<string, Tensor>? Generator { get; init; }

    /// <summary><c>d</c>, the discriminator, or null.</summary>
    public IReadOnlyDictionary<string, Tensor>? Discriminator { get; init; }

    /// <summary><c>g_ema</c>, the averaged generator, or null. A file that is a bare generator state dict counts as this.</summary>
    public IReadOnlyDictionary<string, Tensor>? AverageGenerator { get; init; }

    /// <summary><c>g_optim</c>, or null.</summary>
    public OfficialOptimizer? GeneratorOptimizer { get; init; }

    /// <summary><c>d_optim</c>, or null.</summary>
    public OfficialOptimizer? DiscriminatorOptimizer { get; init; }

    /// <summary><c>args</c>: the run's options by official name. Values are null, bool, long, double, string, or lists of them.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; init; } = new Dictionary<string, object?>();

    /// <summary>The iteration, which the authors put into the file's name (<c>150000.pt</c>); null where the name is no number.</summary>
    public static long? IterationOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long iteration) ? iteration : null;

    /// <summary>Reads a checkpoint of either format of <c>torch.save</c> without executing anything in it.</summary>
    /// <param name="path">The <c>.pt</c> file.</param>
    /// <param name="members">What to load; what the file lacks stays null.</param>
    /// <exception cref="CheckpointFormatException">The file is damaged, holds something other than tensors and plain values, or is no such checkpoint.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static PyTorchCheckpoint Read(string path, PyTorchMembers members = PyTorchMembers.All)
    {
        using PyTorchFile file = PyTorchFile.Open(path);
        return new PyTorchCheckpointReader(path, file).Read(members);
    }

    /// <summary>Writes a checkpoint that <c>torch.load</c> (1.13 and newer) reads, in one go (never half a file). Members that are null are left out.</summary>
    /// <remarks><c>torch.load</c> with <c>weights_only=True</c> takes the state dicts, but refuses the <c>argparse.Namespace</c> of
    /// <see cref="Arguments"/> and, in 1.13, the numbers of the optimisers: leave those out for such a reader.</remarks>
    /// <exception cref="InputException">The place can't be written.</exception>
    public void Write(string path)
    {
        PickleDict root = new();
        AddStateDict(root, "g", Generator);
        AddStateDict(root, "d", Discriminator);
        AddStateDict(root, "g_ema", AverageGenerator);
        AddOptimizer(root, "g_optim", GeneratorOptimizer, Generator ?? AverageGenerator);
        AddOptimizer(root, "d_optim", DiscriminatorOptimizer, Discriminator);
        if (Arguments.Count > 0)
        {
            PickleNamespace space = new();
            foreach ((string name, object? value) in Arguments) space.Attributes.Set(name, value);
            root.Set("args", space);
        }
        PyTorchWriter.Write(path, root);
    }

    /// <summary>Frees the tensors of all members.</summary>
    public void Dispose()
    {
        IEnumerable<Tensor> all = new[]
        {
            Generator, Discriminator, AverageGenerator, GeneratorOptimizer?.FirstMoments, GeneratorOptimizer?.SecondMoments,
            DiscriminatorOptimizer?.FirstMoments, DiscriminatorOptimizer?.SecondMoments,
        }.OfType<IReadOnlyDictionary<string, Tensor>>().SelectMany(member => member.Values);
        foreach (Tensor tensor in all) tensor.Dispose();
    }

    private static void AddStateDict(PickleDict root, string name, IReadOnlyDictionary<string, Tensor>? tensors)
    {
        if (tensors is null) return;
        PickleDict state = new() { IsOrdered = true };
        foreach ((string key, Tensor tensor) in tensors) state.Set(key, tensor);
        root.Set(name, state);
    }

    private static void AddOptimizer(PickleDict root, string name, OfficialOptimizer? optimizer, IReadOnlyDictionary<string, Tensor>? network)
    {
        if (optimizer is null) return;
        if (network is null) throw new ArgumentException($"{name} needs its network: its state is numbered by the network's parameters");
        PickleDict state = new();
        List<object?> indices = [];
        OfficialNames names = OfficialNames.For(network, name);
        foreach (string parameter in network.Keys.Where(names.IsParameter))
        {
            long index = indices.Count;
            indices.Add(index);
            if (!optimizer.FirstMoments.TryGetValue(parameter, out Tensor? first)) continue; // never had a gradient
            PickleDict entry = new();
            entry.Set("step", new PickleScalar(optimizer.Steps[parameter]));
            entry.Set("exp_avg", first);
            entry.Set("exp_avg_sq", optimizer.SecondMoments[parameter]);
            state.Set(index, entry);
        }
        PickleDict group = new();
        (string, object?)[] settings =
        [
            ("lr", optimizer.LearningRate), ("betas", new object?[] { optimizer.Beta1, optimizer.Beta2 }), ("eps", optimizer.Epsilon),
            ("weight_decay", 0L), ("amsgrad", false), ("maximize", false), ("foreach", null), ("capturable", false),
            ("differentiable", false), ("fused", false), ("params", indices),
        ];
        foreach ((string key, object? value) in settings) group.Set(key, value);
        PickleDict packed = new();
        packed.Set("state", state);
        packed.Set("param_groups", new List<object?> { group });
        root.Set(name, packed);
    }
}
