using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>Finds the authors' members in the object of a PyTorch file and loads those that are wanted, all in one pass.</summary>
internal sealed class PyTorchCheckpointReader(string path, PyTorchFile file)
{
    private const int DeepestArgument = 4;
    private const int MostArguments = 10_000;

    private readonly List<KeyValuePair<string, PyTorchTensor>> wanted = [];
    private int arguments;

    public PyTorchCheckpoint Read(PyTorchMembers members)
    {
        if (file.Root is not PickleDict root) throw Bad($"it holds {PickleReader.Describe(file.Root)}, expected a dict with 'g_ema'");
        if (root.Get("pos_embed.weights") is not null)
        {
            PickleDict bare = root;
            root = new PickleDict();
            root.Set("g_ema", bare);
        }
        if (root.Get("g") is null && root.Get("g_ema") is null)
            throw Bad($"neither 'g_ema' nor 'g' is in it; found {string.Join(", ", root.Items.Take(6).Select(i => PickleReader.Describe(i.Key)))}");

        var generator = State(root, "g", members.HasFlag(PyTorchMembers.Generator));
        var discriminator = State(root, "d", members.HasFlag(PyTorchMembers.Discriminator));
        var average = State(root, "g_ema", members.HasFlag(PyTorchMembers.AverageGenerator));
        bool optimizers = members.HasFlag(PyTorchMembers.Optimizers);
        Moments? generatorMoments = optimizers ? Optimizer(root, "g_optim", root.Get("g") is null ? "g_ema" : "g") : null;
        Moments? discriminatorMoments = optimizers ? Optimizer(root, "d_optim", "d") : null;
        IReadOnlyDictionary<string, object?> options = Arguments(root);

        Dictionary<string, Tensor> loaded = file.Load(wanted);
        return new PyTorchCheckpoint
        {
            Generator = Take(loaded, "g", generator),
            Discriminator = Take(loaded, "d", discriminator),
            AverageGenerator = Take(loaded, "g_ema", average),
            GeneratorOptimizer = generatorMoments?.Take(loaded),
            DiscriminatorOptimizer = discriminatorMoments?.Take(loaded),
            Arguments = options,
        };
    }

    private List<string>? State(PickleDict root, string member, bool load)
    {
        if (!load || root.Get(member) is not { } value) return null;
        if (value is not PickleDict state) throw Bad($"'{member}' is {PickleReader.Describe(value)}, expected a state dict");
        List<string> names = [];
        foreach ((object key, object? item) in state.Items)
        {
            if (key is not string name || item is not PyTorchTensor tensor)
                throw Bad($"'{member}': {PickleReader.Describe(key)} is {PickleReader.Describe(item)}, expected a named tensor");
            wanted.Add(KeyValuePair.Create($"{member}/{name}", tensor));
            names.Add(name);
        }
        return names;
    }

    private Moments? Optimizer(PickleDict root, string member, string network)
    {
        if (root.Get(member) is not { } value) return null;
        if (value is not PickleDict packed || packed.Get("state") is not PickleDict state || packed.Get("param_groups") is not List<object?> { Count: > 0 } groups)
            throw Bad($"'{member}' is no optimiser with 'state' and 'param_groups'");
        List<string> names = ParameterNames(root, member, network);
        List<object?> indices = [.. groups.SelectMany(g => g is PickleDict group && group.Get("params") is List<object?> list ? list : throw Bad($"'{member}': a group without 'params'"))];
        if (indices.Count != names.Count) throw Bad($"'{member}' has {indices.Count} parameters, but '{network}' has {names.Count}");

        Moments moments = new(path, member, (PickleDict)groups[0]!);
        for (int i = 0; i < indices.Count; i++)
        {
            if (indices[i] is not long index) throw Bad($"'{member}': a parameter without number");
            if (!state.TryGet(index, out object? entry)) continue; // never had a gradient
            if (entry is not PickleDict values) throw Bad($"'{member}': the state of parameter {index} is {PickleReader.Describe(entry)}");
            moments.Add(names[i], values, wanted);
        }
        return moments;
    }

    // The optimiser numbers its parameters in the order of the network's modules: the state dict without buffers and constants.
    private List<string> ParameterNames(PickleDict root, string member, string network)
    {
        if (root.Get(network) is not PickleDict state) throw Bad($"'{member}' is there, but its network '{network}' is not");
        List<string> all = [.. state.Named.Select(i => i.Key)];
        OfficialNames names = OfficialNames.ForOfficial(all, $"{path}: {network}");
        return [.. all.Where(names.IsParameter)];
    }

    private Dictionary<string, object?> Arguments(PickleDict root)
    {
        PickleDict? options = root.Get("args") switch { null => null, PickleNamespace space => space.Attributes, PickleDict dict => dict, _ => throw Bad("'args' is no namespace") };
        return options?.Named.ToDictionary(i => i.Key, i => Plain(i.Value, 0), StringComparer.Ordinal) ?? [];
    }

    // Lists that hold each other could be unfolded without end: depth and number are bounded.
    private object? Plain(object? value, int depth)
    {
        if (++arguments > MostArguments || depth > DeepestArgument) throw Bad("'args' nests too deep or holds too much");
        return value switch
        {
            null or bool or long or double or string => value,
            List<object?> list => list.ConvertAll(item => Plain(item, depth + 1)),
            object?[] tuple => Array.ConvertAll(tuple, item => Plain(item, depth + 1)).ToList(),
            _ => PickleReader.Describe(value),
        };
    }

    private static Dictionary<string, Tensor>? Take(Dictionary<string, Tensor> loaded, string member, List<string>? names) =>
        names?.ToDictionary(name => name, name => loaded[$"{member}/{name}"], StringComparer.Ordinal);

    private CheckpointFormatException Bad(string what) => new($"{path}: {what}.");

    /// <summary>What is known of an optimiser before its tensors are loaded.</summary>
    private sealed class Moments(string path, string member, PickleDict group)
    {
        private readonly Dictionary<string, object> steps = new(StringComparer.Ordinal);

        public void Add(string parameter, PickleDict state, List<KeyValuePair<string, PyTorchTensor>> wanted)
        {
            foreach (string moment in (string[])["exp_avg", "exp_avg_sq"])
            {
                if (state.Get(moment) is not PyTorchTensor tensor) throw Bad($"'{parameter}' lacks '{moment}'");
                wanted.Add(KeyValuePair.Create($"{member}/{moment}/{parameter}", tensor));
            }
            // A number up to PyTorch 1.11, a tensor since.
            steps[parameter] = state.Get("step") switch
            {
                long count => count,
                PyTorchTensor { Storage.Elements: > 0 } tensor => tensor,
                _ => throw Bad($"'{parameter}' lacks 'step'"),
            };
            if (steps[parameter] is PyTorchTensor step) wanted.Add(KeyValuePair.Create($"{member}/step/{parameter}", step));
        }

        public OfficialOptimizer Take(Dictionary<string, Tensor> loaded) => new()
        {
            LearningRate = Number(group.Get("lr"), "lr"),
            Beta1 = Number((group.Get("betas") as object?[])?.ElementAtOrDefault(0), "betas"),
            Beta2 = Number((group.Get("betas") as object?[])?.ElementAtOrDefault(1), "betas"),
            Epsilon = Number(group.Get("eps"), "eps"),
            FirstMoments = steps.Keys.ToDictionary(p => p, p => loaded[$"{member}/exp_avg/{p}"], StringComparer.Ordinal),
            SecondMoments = steps.Keys.ToDictionary(p => p, p => loaded[$"{member}/exp_avg_sq/{p}"], StringComparer.Ordinal),
            Steps = steps.ToDictionary(s => s.Key, s => s.Value is long count ? count : Count(loaded[$"{member}/step/{s.Key}"], s.Key), StringComparer.Ordinal),
        };

        private long Count(Tensor step, string parameter)
        {
            using (step)
            {
                if (step.numel() != 1) throw Bad($"'step' of '{parameter}' is no single number");
                using Tensor wide = step.to(ScalarType.Float64);
                double count = wide.cpu().reshape([]).item<double>();
                return count is >= 0 and < 1e15 ? (long)count : throw Bad($"'step' of '{parameter}' is {count}");
            }
        }

        private double Number(object? value, string name) => value switch { long whole => whole, double number => number, _ => throw Bad($"'{name}' is no number") };

        private CheckpointFormatException Bad(string what) => new($"{path}: '{member}': {what}.");
    }
}
