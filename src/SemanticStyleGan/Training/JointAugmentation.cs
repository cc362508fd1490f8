using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Training;

/// <summary>
/// The augmentations of ADA (Karras et al. 2020, appendix B: pixel blitting, geometry, colour) for pairs: geometric operations move image
/// and mask alike, colour operations change the image only. Each operation is made with a probability, each sample has its own. Differentiable once.
/// </summary>
/// <remarks>
/// All geometric operations are one affine transform and one bilinear resampling with mirrored borders, which leaves every pixel as it is
/// where the transform moves pixels onto pixels.
/// </remarks>
public static class JointAugmentation
{
    /// <summary>Random numbers that a sample needs.</summary>
    public const int Draws = 35;

    private const double Translation = 0.125, ScaleOctaves = 0.2, ContrastOctaves = 0.5;
    private const double Brightness = 0.2;
    private static readonly Vector3 Luma = Vector3.Normalize(Vector3.One);

    /// <summary>Augments images <c>[N, 3, R, R]</c> in [-1, 1] and masks <c>[N, K, R, R]</c>; results of the same shapes, masks null where none were given.</summary>
    /// <param name="images">The images.</param>
    /// <param name="masks">Their masks, or null.</param>
    /// <param name="probability">Of each operation, 0 to 1; with 0 what was given is returned.</param>
    /// <param name="uniform">Random numbers <c>[N, <see cref="Draws"/>]</c>, uniform in [0, 1), float32 on the CPU.</param>
    public static (Tensor Images, Tensor? Masks) Apply(Tensor images, Tensor? masks, double probability, Tensor uniform)
    {
        using DisposeScope scope = NewDisposeScope();
        if (probability <= 0) return (images.alias().MoveToOuterDisposeScope(), masks?.alias().MoveToOuterDisposeScope());
        int n = (int)images.shape[0], size = (int)images.shape[3];
        float[] numbers = uniform.contiguous().data<float>().ToArray();
        float[] geometry = new float[6 * n], color = new float[12 * n];
        for (int i = 0; i < n; i++)
        {
            Numbers draw = new(numbers.AsSpan(i * Draws, Draws), probability);
            Write(Geometry(ref draw, size), geometry.AsSpan(6 * i));
            Write(Color(ref draw), color.AsSpan(12 * i));
        }
        Tensor grid = F.affine_grid(tensor(geometry, [n, 2, 3], device: images.device), [n, 1, size, size], align_corners: false);
        Tensor joined = masks is null ? images : cat([images, masks], 1);
        Tensor moved = F.grid_sample(joined, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false);
        Tensor matrix = tensor(color, [n, 4, 3], device: images.device); // rows: red, green, blue, 1
        Tensor colored = matrix.narrow(1, 0, 3).transpose(1, 2).bmm(moved.narrow(1, 0, 3).flatten(2)).Plus(matrix.narrow(1, 3, 1).transpose(1, 2));
        return (colored.view(images.shape).MoveToOuterDisposeScope(), masks is null ? null : moved.narrow(1, 3, masks.shape[1]).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>Where an output pixel comes from, in coordinates from -1 to 1: the inverse of all geometric operations in their order.</summary>
    private static Matrix3x2 Geometry(ref Numbers draw, int size)
    {
        static float Octaves(double value) => (float)Math.Pow(2, value);
        Matrix3x2 moves = Matrix3x2.CreateScale(draw.Chance() & draw.Uniform() < 0.5 ? -1 : 1, 1);
        moves *= Matrix3x2.CreateRotation(draw.Chance(out double turn) ? (float)(Math.Floor(4 * turn) * Math.PI / 2) : 0);
        bool shifts = draw.Chance();
        double Whole(double u) => shifts ? Math.Round((2 * u - 1) * Translation * size) * 2 / size : 0;
        moves *= Matrix3x2.CreateTranslation((float)Whole(draw.Uniform()), (float)Whole(draw.Uniform()));

        moves *= Matrix3x2.CreateScale(Octaves(draw.NormalByChance() * ScaleOctaves));
        double rotation = draw.RotationProbability;
        moves *= Matrix3x2.CreateRotation(draw.Chance(out double before, rotation) ? (float)((2 * before - 1) * Math.PI) : 0);
        float stretch = Octaves(draw.NormalByChance() * ScaleOctaves);
        moves *= Matrix3x2.CreateScale(stretch, 1 / stretch);
        moves *= Matrix3x2.CreateRotation(draw.Chance(out double after, rotation) ? (float)((2 * after - 1) * Math.PI) : 0);
        // The whole picture is 2 wide.
        (double x, double y) = draw.TwoNormalsByChance();
        moves *= Matrix3x2.CreateTranslation((float)(2 * Translation * x), (float)(2 * Translation * y));
        return Matrix3x2.Invert(moves, out Matrix3x2 inverse) ? inverse : Matrix3x2.Identity;
    }

    private static Matrix4x4 Color(ref Numbers draw)
    {
        static Matrix4x4 Along(float luma, float chroma)
        {
            // Scales what is along the gray axis and what is across it.
            Matrix4x4 m = Matrix4x4.Identity;
            for (int row = 0; row < 3; row++)
                for (int column = 0; column < 3; column++)
                    m[row, column] = (luma - chroma) * Luma[row] * Luma[column] + (row == column ? chroma : 0);
            return m;
        }

        Matrix4x4 colors = Matrix4x4.CreateTranslation(new Vector3((float)(draw.NormalByChance() * Brightness)));
        colors *= Matrix4x4.CreateScale((float)Math.Pow(2, draw.NormalByChance() * ContrastOctaves));
        colors *= Along(draw.Chance() & draw.Uniform() < 0.5 ? -1 : 1, 1);
        colors *= Matrix4x4.CreateFromAxisAngle(Luma, draw.Chance(out double hue) ? (float)((2 * hue - 1) * Math.PI) : 0);
        return colors * Along(1, (float)Math.Pow(2, draw.NormalByChance()));
    }

    private static void Write(Matrix3x2 m, Span<float> theta)
    {
        for (int axis = 0; axis < 2; axis++)
            for (int from = 0; from < 3; from++)
                theta[3 * axis + from] = m[from, axis];
    }

    private static void Write(Matrix4x4 m, Span<float> matrix)
    {
        for (int row = 0; row < 4; row++)
            for (int column = 0; column < 3; column++)
                matrix[3 * row + column] = m[row, column];
    }

    /// <summary>The random numbers of one sample, taken one after the other; what is taken does not depend on their values.</summary>
    private ref struct Numbers(ReadOnlySpan<float> numbers, double probability)
    {
        private readonly ReadOnlySpan<float> numbers = numbers;
        private int next;

        // Two rotations, of which the probability that one of them happens is p.
        internal readonly double RotationProbability => 1 - Math.Sqrt(1 - probability);

        internal double Uniform() => numbers[next++];

        internal bool Chance() => Uniform() < probability;

        internal bool Chance(out double value, double? ofProbability = null)
        {
            bool happens = Uniform() < (ofProbability ?? probability);
            value = Uniform();
            return happens;
        }

        // 0 where it does not happen.
        internal double NormalByChance()
        {
            bool happens = Chance();
            double value = Normal();
            return happens ? value : 0;
        }

        internal (double, double) TwoNormalsByChance()
        {
            bool happens = Chance();
            (double a, double b) = (Normal(), Normal());
            return happens ? (a, b) : (0, 0);
        }

        private double Normal()
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
            return radius * Math.Cos(2 * Math.PI * Uniform());
        }
    }
}
