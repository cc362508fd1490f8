using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Optimization;

/// <summary>
/// Adam (Kingma and Ba 2015) as PyTorch computes it, with the correction for lazy regularisation (StyleGAN2): if a network has
/// one regularisation step in n, learning rate and betas are those of r = n/(n+1) of a step. Its moments are named tensors, so
/// that a checkpoint holds them exactly. With <see cref="Beta1"/> 0 the first moment is the gradient itself, and none is kept.
/// </summary>
public sealed class Adam : IDisposable
{
    private const double Epsilon = 1e-8;
    private readonly List<Entry> entries = [];

    /// <summary>An optimiser for the parameters of <paramref name="module"/>.</summary>
    /// <param name="module">The network; its parameters keep their identity while the optimiser lives.</param>
    /// <param name="learningRate">Before the correction.</param>
    /// <param name="beta1">Before the correction.</param>
    /// <param name="beta2">Before the correction.</param>
    /// <param name="regularisationInterval">n: the network has a regularisation step every n iterations; 0 for none.</param>
    /// <param name="forLoading">Leaves the moments undefined: they are loaded next.</param>
    public Adam(nn.Module module, double learningRate, double beta1 = 0, double beta2 = 0.99, int regularisationInterval = 0, bool forLoading = false)
        : this(module.named_parameters(), learningRate, beta1, beta2, regularisationInterval, forLoading)
    {
    }

    /// <summary>An optimiser for named parameters.</summary>
    public Adam(IEnumerable<(string Name, Parameter Parameter)> parameters, double learningRate, double beta1 = 0, double beta2 = 0.99, int regularisationInterval = 0, bool forLoading = false)
    {
        double ratio = regularisationInterval == 0 ? 1 : regularisationInterval / (regularisationInterval + 1.0);
        LearningRate = learningRate * ratio;
        Beta1 = Math.Pow(beta1, ratio);
        Beta2 = Math.Pow(beta2, ratio);
        foreach ((string name, Parameter parameter) in parameters)
        {
            Tensor Moment() => (forLoading ? empty_like(parameter) : zeros_like(parameter)).DetachFromDisposeScope();
            entries.Add(new Entry(name, parameter, Moment()) { Mean = Beta1 > 0 ? Moment() : null });
        }
    }

    /// <summary>The learning rate, corrected; a schedule may change it between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>The decay of the first moments, corrected.</summary>
    public double Beta1 { get; }

    /// <summary>The decay of the second moments, corrected.</summary>
    public double Beta2 { get; }

    /// <summary>First moments are kept even with <see cref="Beta1"/> 0, as the library's Adam does.</summary>
    internal bool KeepsMeans { get; init; }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (Entry e in entries) e.Parameter.grad = null;
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step()
    {
        using IDisposable _ = no_grad();
        foreach (Entry e in entries)
        {
            using DisposeScope scope = NewDisposeScope();
            if (e.Parameter.grad is not { } gradient) continue;
            e.Steps++;
            Tensor mean = MoveMean(e, gradient);
            e.Square.mul_(Constant(Beta2)).addcmul_(gradient, gradient, Constant(1 - Beta2));
            Tensor denominator = e.Square.sqrt().div_(Constant(Math.Sqrt(1 - Math.Pow(Beta2, e.Steps)))).add_(Constant(Epsilon), Constant(1));
            e.Parameter.addcdiv_(mean, denominator, Constant(-LearningRate / (1 - Math.Pow(Beta1, e.Steps))));
        }
    }

    /// <summary>The state as named tensors: <c>NAME.mean</c> where it is kept, <c>NAME.square</c> of the parameter's shape and <c>NAME.steps</c>.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State()
    {
        foreach (Entry e in entries)
        {
            if (e.Mean is { } mean) yield return new($"{e.Name}.mean", mean);
            yield return new($"{e.Name}.square", e.Square);
            yield return new($"{e.Name}.steps", tensor(e.Steps));
        }
    }

    /// <summary>Restores what <see cref="State"/> gave, taking over the tensors' memory: they must not be used elsewhere afterwards.</summary>
    /// <exception cref="CheckpointFormatException">A tensor is missing or of another shape.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state, string source)
    {
        using IDisposable _ = no_grad();
        foreach (Entry e in entries)
        {
            if (Beta1 > 0 || state.ContainsKey($"{e.Name}.mean"))
                Weights.Adopt(e.Mean ??= empty_like(e.Square).DetachFromDisposeScope(), Find(state, $"{e.Name}.mean", e.Square, source));
            Weights.Adopt(e.Square, Find(state, $"{e.Name}.square", e.Square, source));
            e.Steps = Find(state, $"{e.Name}.steps", null, source).to_type(ScalarType.Int64).item<long>();
        }
    }

    /// <summary>Restores what <see cref="State"/> gave from a file, tensor by tensor, so that nothing is in memory twice.</summary>
    /// <exception cref="CheckpointFormatException">A tensor is missing or of another shape.</exception>
    public void LoadState(SafetensorsFile file, string prefix)
    {
        foreach (Entry e in entries)
        {
            if (Beta1 > 0 || file.Shapes.ContainsKey($"{prefix}{e.Name}.mean"))
                file.ReadInto($"{prefix}{e.Name}.mean", e.Mean ??= empty_like(e.Square).DetachFromDisposeScope());
            file.ReadInto($"{prefix}{e.Name}.square", e.Square);
            using Tensor steps = zeros([], ScalarType.Int64);
            file.ReadInto($"{prefix}{e.Name}.steps", steps);
            e.Steps = steps.item<long>();
        }
    }

    /// <summary>Takes over the moments and steps of rank 0.</summary>
    internal void Broadcast(ProcessGroup group)
    {
        foreach (Entry e in entries)
        {
            using Tensor steps = tensor(e.Steps);
            foreach (Tensor values in (Tensor[])[.. Beta1 > 0 ? [e.Mean!] : (Tensor[])[], e.Square, steps]) group.Broadcast(values);
            e.Steps = steps.item<long>();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Entry e in entries)
        {
            e.Mean?.Dispose();
            e.Square.Dispose();
        }
    }

    private Tensor MoveMean(Entry e, Tensor gradient)
    {
        if (Beta1 == 0 && !KeepsMeans)
        {
            e.Mean?.Dispose(); // of a file
            e.Mean = null;
            return gradient;
        }
        e.Mean ??= zeros_like(gradient).DetachFromDisposeScope();
        return e.Mean.lerp_(gradient, tensor(1 - Beta1, e.Mean.dtype));
    }

    private static Tensor Find(IReadOnlyDictionary<string, Tensor> state, string name, Tensor? like, string source)
    {
        if (!state.TryGetValue(name, out Tensor? value)) throw new CheckpointFormatException($"{source}: the optimiser's '{name}' is missing.");
        if (!value.shape.AsSpan().SequenceEqual(like?.shape ?? []))
            throw new CheckpointFormatException($"{source}: the optimiser's '{name}' is [{string.Join(", ", value.shape)}], expected [{string.Join(", ", like?.shape ?? [])}].");
        return value;
    }

    private sealed class Entry(string name, Parameter parameter, Tensor square)
    {
        public string Name => name;
        public Parameter Parameter => parameter;
        public Tensor? Mean { get; set; }
        public Tensor Square => square;
        public long Steps { get; set; }
    }
}
