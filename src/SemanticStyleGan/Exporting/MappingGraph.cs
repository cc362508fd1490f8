using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>The mapping network with the mean code and truncation: z <c>[N, D]</c> to w <c>[N, D]</c>.</summary>
internal static class MappingGraph
{
    internal static OnnxGraph Build(SemanticModel model, bool half, IReadOnlyCollection<string>? given)
    {
        Dictionary<string, Tensor> weights = Weights.Of(model.Generator);
        long d = model.Config.StyleSize;
        OnnxGraph graph = new("mapping", half, given);
        string z = graph.Input("z", "Normally distributed numbers.", OnnxGraph.Batch, d);
        string truncation = graph.Input("truncation", "0 (the mean picture) to 1 (all variety).", ones(1), 1L);

        string w = model.Config.Architecture == GeneratorArchitecture.MaskStyle ? z : Mapped(graph, z, model.Config, weights);
        string mean = graph.Constant(model.MeanLatent);
        w = graph.Plus(mean, graph.Multiply(truncation, graph.Node("Sub", [w, mean])));
        graph.Output(w, "w", "The codes.", OnnxGraph.Batch, d);
        graph.Output(mean, "mean", "The mean code.", d);
        return graph;
    }

    // The mask/style formulation has no such layers: its w is z.
    private static string Mapped(OnnxGraph graph, string z, GeneratorConfig config, Dictionary<string, Tensor> weights)
    {
        long d = config.StyleSize;
        string squares = graph.Sum(graph.Multiply(z, z), 1);
        string w = graph.Multiply(z, graph.InverseRoot(graph.Multiply(squares, graph.Number(1.0 / d))));
        for (int layer = 0; layer < config.MappingLayers; layer++)
        {
            Tensor weight = weights[$"mapping.{layer}.weight"], bias = weights[$"mapping.{layer}.bias"];
            double gain = Activation.Gain * MappingNetwork.LearningRateMultiplier;
            w = graph.Plus(graph.Product(w, graph.Constant((weight * Constant(gain / Math.Sqrt(d))).t())), graph.Constant(bias * Constant(gain)));
            w = graph.Leaky(w);
        }
        return w;
    }
}
