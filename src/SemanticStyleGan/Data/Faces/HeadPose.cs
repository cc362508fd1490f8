using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>
/// Carries points of the head and the body into the image. Head coordinates: origin between the eyes, x to the right, y down, in image widths.
/// A turn moves points by their depth, so that all features shift together (parallax) and the far side is foreshortened.
/// </summary>
internal sealed class HeadPose(FaceFactors f)
{
    private readonly float sinYaw = MathF.Sin(f.Yaw), cosYaw = MathF.Cos(f.Yaw);
    private readonly float sinPitch = MathF.Sin(f.Pitch);
    private readonly float sinRoll = MathF.Sin(f.Roll), cosRoll = MathF.Cos(f.Roll);

    /// <summary>The neck's end about which the head tilts.</summary>
    private const float Pivot = 0.25f;

    /// <summary>The figure's size in the image at factor 1.</summary>
    private const float Zoom = 1.06f;


    private const float EyeLine = 0.452f;

    /// <summary>Image widths to a unit of the head's coordinates.</summary>
    public float Scale { get; } = f.Scale * Zoom;

    /// <summary>A point at a depth, 0 in the middle of the head, positive towards the viewer.</summary>
    public SKPoint At(float x, float y, float depth)
    {
        float turned = x * cosYaw + depth * sinYaw;
        float nodded = y + depth * sinPitch - Pivot;
        return new SKPoint(
            0.5f + f.ShiftX + Scale * (turned * cosRoll - nodded * sinRoll),
            EyeLine + f.ShiftY + Scale * (Pivot + turned * sinRoll + nodded * cosRoll));
    }

    /// <summary>A point on the face.</summary>
    public SKPoint Face(float x, float y) => At(x, y, Depth(x, y, 1));

    /// <summary>A point on the nose, which stands out of the face.</summary>
    public SKPoint Nose(float x, float y) => At(x, y, Depth(x, y, 1) + 0.06f * Math.Clamp(y / 0.1f, 0, 1) * Math.Clamp(1 - MathF.Abs(x) / 0.09f, 0, 1));

    /// <summary>A point of the hair or hat around the front of the head.</summary>
    public SKPoint Hair(float x, float y) => At(x, y, Depth(x, y, 1.12f));

    /// <summary>A point behind the head.</summary>
    public SKPoint Back(float x, float y) => At(x, y, -0.06f);

    /// <summary>A point of an ear.</summary>
    public SKPoint Ear(float x, float y) => At(x, y, 0.01f);

    /// <summary>A point of neck and shoulders, which follow the head by half.</summary>
    public SKPoint Body(float x, float y) => new(
        0.5f + f.ShiftX * 0.6f + Scale * (x + 0.03f * sinYaw),
        EyeLine + f.ShiftY + Scale * (y - 0.012f));

    // The head is an ellipsoid.
    private static float Depth(float x, float y, float size)
    {
        float u = x / (0.27f * size), v = (y - 0.03f) / (0.4f * size);
        return 0.19f * size * MathF.Sqrt(MathF.Max(0, 1 - u * u - v * v));
    }
}
