using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>What a <see cref="LatentCode"/> says about tensors.</summary>
public static class LatentTensors
{
    /// <param name="latents">The structure.</param>
    extension(LatentCode latents)
    {
        /// <summary>W+ <c>[N, base + 2K, D]</c> of w <c>[N, D]</c>: the same code in every slot.</summary>
        public Tensor Broadcast(Tensor w) => w.unsqueeze(1).expand(w.shape[0], latents.Config.LatentSlots, latents.Config.StyleSize);

        /// <summary>Per-layer codes <c>[N, K·L, D]</c> of w <c>[N, D]</c>, W+ <c>[N, base + 2K, D]</c> or of themselves.</summary>
        /// <exception cref="InputException">Another shape.</exception>
        public Tensor Expand(Tensor code)
        {
            GeneratorConfig config = latents.Config;
            long[] shape = code.shape;
            bool fits = shape[^1] == config.StyleSize;
            if (fits && shape.Length == 2) return code.unsqueeze(1).expand(shape[0], config.LayerCodes, config.StyleSize);
            if (fits && shape.Length == 3 && shape[1] == config.LayerCodes) return code.alias();
            if (fits && shape.Length == 3 && shape[1] == config.LatentSlots)
            {
                using Tensor index = tensor([.. latents.SlotOfLayer], device: code.device);
                return code.index_select(1, index);
            }
            int d = config.StyleSize;
            throw new InputException($"latent code of shape [{string.Join(", ", shape)}], expected [N, {d}] (w), [N, {config.LatentSlots}, {d}] (W+) or [N, {config.LayerCodes}, {d}] (one a layer).");
        }

        /// <summary>Moves w or W+ towards the mean code <c>[D]</c>: mean + strength·(code − mean).</summary>
        public static Tensor Truncate(Tensor code, Tensor mean, double strength) => lerp(mean, code, strength);

        /// <summary>
        /// Mixes two w <c>[N, D]</c> to W+ <c>[N, base + 2K, D]</c> as training does: base slots from the first; for every part of every sample
        /// both slots from the first (0), shape from the first and texture from the second (1), or both from the second (2), as
        /// <paramref name="choice"/> <c>[N, K]</c> says.
        /// </summary>
        public Tensor Mix(Tensor first, Tensor second, Tensor choice)
        {
            using DisposeScope scope = NewDisposeScope();
            GeneratorConfig config = latents.Config;
            long n = first.shape[0];
            Tensor shapeFromSecond = choice.eq(Constant(2)), textureFromSecond = choice.ge(Constant(1));
            Tensor parts = stack([shapeFromSecond, textureFromSecond], 2).view(n, 2 * config.Parts);
            Tensor baseSlots = zeros(n, config.BaseLayers, ScalarType.Bool, first.device);
            Tensor fromSecond = cat([baseSlots, parts], 1).unsqueeze(2);                               // [N, base + 2K, 1]
            return where(fromSecond, second.unsqueeze(1), first.unsqueeze(1)).MoveToOuterDisposeScope();
        }
    }
}
