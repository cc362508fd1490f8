using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>What <see cref="PartCoordinates"/> gives and takes as tensors.</summary>
public static class PartCoordinateTensors
{
    /// <param name="coordinates">Where parts are moved.</param>
    extension(PartCoordinates coordinates)
    {
        /// <summary>Coordinates of all parts <c>[1, K, 2, S, S]</c> with some moved.</summary>
        /// <param name="transforms">By part.</param>
        /// <param name="middles">The point x, y in [-1, 1]² that a part is scaled and turned about; the image's middle where it is missing.</param>
        /// <param name="device">Where the tensor goes.</param>
        public Tensor Create(IReadOnlyDictionary<int, PartTransform> transforms, IReadOnlyDictionary<int, (double X, double Y)> middles, Device device)
        {
            (long k, long s) = (coordinates.Config.Parts, coordinates.Config.CoarseSize);
            return tensor(coordinates.Create(transforms, middles), [1, k, 2, s, s], device: device);
        }

        /// <summary>The middles, in [-1, 1]², of where the parts are seen in a coarse mask <c>[1, K, S, S]</c>; parts that cover less than a thousandth are left out.</summary>
        public IReadOnlyDictionary<int, (double X, double Y)> Middles(Tensor coarseMask)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor plain = coarseMask.detach().to(ScalarType.Float32).cpu().contiguous();
            return coordinates.Middles(plain.data<float>().ToArray());
        }
    }
}
