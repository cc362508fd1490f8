using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>What the drawers of the parts of one face share.</summary>
internal sealed class FaceScene : IDisposable
{
    public FaceScene(FaceFactors factors, LabelledCanvas canvas)
    {
        Factors = factors;
        Canvas = canvas;
        Pose = new HeadPose(factors);
        Palette = new FacePalette(factors);
        Outline = FaceOutline(0);
    }

    public FaceFactors Factors { get; }
    public LabelledCanvas Canvas { get; }
    public HeadPose Pose { get; }
    public FacePalette Palette { get; }

    /// <summary>The face from the crown to the chin.</summary>
    public SKPath Outline { get; }

    /// <summary>The face moved down and grown, for shadows that it throws.</summary>
    public SKPath FaceOutline(float drop)
    {
        FaceFactors f = Factors;
        float wide = f.FaceWidth, jaw = f.JawWidth, longer = f.FaceLength, chin = 0.075f + 0.05f * f.ChinWidth;
        SKPoint Place(float x, float y) => Pose.Face(x, y + drop);
        return Contour.Symmetric(Place,
            (0, -0.272f), (0.115f, -0.255f), (0.19f, -0.185f), (0.222f * wide, -0.07f), (0.222f * wide, 0.05f * longer),
            (0.207f * wide * (0.5f + 0.5f * jaw), 0.155f * longer), (0.163f * jaw, 0.255f * longer), (chin, 0.32f * longer), (0, 0.342f * longer));
    }

    /// <summary>Random details of one kind; other kinds do not change them.</summary>
    public FaceRandom Details(FaceClass part) => new(Factors.DetailSeed, 100 + (ulong)part);

    /// <summary>The image's coordinates themselves.</summary>
    public static SKPoint Image(float x, float y) => new(x, y);

    public void Dispose() => Outline.Dispose();
}
