using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>
/// Our weights as StyleGAN programs hold them: a tensor for every layer of every part, each a parameter of its own on the memory
/// of the stacked one.
/// </summary>
internal sealed class ReferenceWeights
{
    private readonly Dictionary<string, (long[] Shape, int PerPart, Tensor[] Tensors)> all = [];

    /// <param name="weights">Weights and buffers by our names.</param>
    /// <param name="register">Takes the parameters by name.</param>
    internal ReferenceWeights(IReadOnlyDictionary<string, Tensor> weights, Action<string, Parameter> register)
    {
        foreach ((string name, Tensor stacked) in weights)
        {
            int dimensions = name.Split('.')[0] switch { "local" => 2, "depth" or "feature" => 1, _ => 0 };
            int perPart = dimensions == 2 ? (int)stacked.shape[1] : 1;
            using Tensor flat = stacked.detach().reshape([-1, .. stacked.shape[dimensions..]]);
            Tensor[] tensors = new Tensor[flat.shape[0]];
            for (int i = 0; i < tensors.Length; i++)
            {
                if (!stacked.requires_grad)
                {
                    tensors[i] = flat[i].DetachFromDisposeScope();
                    continue;
                }
                Parameter parameter = new(flat[i], requires_grad: true);
                parameter.DetachFromDisposeScope();
                register($"{name.Replace('.', '_')}_{i}", parameter);
                tensors[i] = parameter;
            }
            all[name] = (stacked.shape, perPart, tensors);
        }
    }

    /// <summary>A weight; of one part and layer where our weight has these dimensions.</summary>
    internal Tensor Of(string name, int part = 0, int layer = 0) => all[name].Tensors[part * all[name].PerPart + layer];

    /// <summary>The gradient in the shape of our weight; zeros where there is none.</summary>
    internal Tensor Gradient(string name) => stack([.. all[name].Tensors.Select(t => t.grad ?? zeros_like(t))]).view(all[name].Shape);
}
