using SemanticStyleGan.Data;

namespace SemanticStyleGan.Inversion;

/// <summary>Chooses the square of a picture that is inverted.</summary>
public abstract class PictureCrop
{
    /// <summary>The largest square in the middle.</summary>
    public static PictureCrop Centre { get; } = new CentreCrop();

    /// <summary>All of a picture that is square already, and otherwise the square that <paramref name="others"/> chooses.</summary>
    public static PictureCrop WholeIfSquare(PictureCrop others) => new SquareOr(others);

    /// <summary>The square of a picture.</summary>
    public abstract Square Choose(RgbImage image);

    private sealed class SquareOr(PictureCrop others) : PictureCrop
    {
        public override Square Choose(RgbImage image) => (image.Width == image.Height ? Centre : others).Choose(image);
    }

    private sealed class CentreCrop : PictureCrop
    {
        public override Square Choose(RgbImage image) => Square.Centre(image.Width, image.Height);
    }
}
