namespace SemanticStyleGan.Data.Faces;

/// <summary>Draws a face and its mask from known factors.</summary>
public static class FacePainter
{
    /// <summary>The smallest size at which every part is still visible, in pixels.</summary>
    public const int SmallestSize = 16;

    /// <summary>The largest size, in pixels.</summary>
    public const int LargestSize = 2048;

    /// <summary>Draws one face; the same factors give the same picture at every size.</summary>
    /// <param name="factors">How the face looks.</param>
    /// <param name="size">Width and height in pixels, 16 … 2048.</param>
    /// <param name="rgb">size·size·3 bytes: rows from the top, pixels from the left, red, green, blue.</param>
    /// <param name="labels">size·size class indices of <see cref="SemanticLayout.Faces"/>.</param>
    /// <exception cref="InputException">The size is out of range.</exception>
    /// <exception cref="ArgumentException">A span's length does not fit the size.</exception>
    public static void Draw(FaceFactors factors, int size, Span<byte> rgb, Span<byte> labels)
    {
        if (size is < SmallestSize or > LargestSize)
            throw new InputException($"synthetic faces: size {size}, expected {SmallestSize} to {LargestSize} pixels.");
        if (rgb.Length != size * size * 3) throw new ArgumentException($"{rgb.Length} bytes, expected {size * size * 3}.", nameof(rgb));
        if (labels.Length != size * size) throw new ArgumentException($"{labels.Length} bytes, expected {size * size}.", nameof(labels));

        using LabelledCanvas canvas = new(size);
        using FaceScene scene = new(factors, canvas);
        Backdrop.Draw(scene);
        Hair.DrawBack(scene);
        Body.Draw(scene);
        Head.DrawEars(scene);
        Head.DrawFace(scene);
        Glasses.LabelLenses(scene); // before the features: eyes and brows behind clear lenses keep their classes
        Nose.Draw(scene);
        Beard.Draw(scene);
        Mouth.Draw(scene);
        Eyes.Draw(scene);
        Brows.Draw(scene);
        Glasses.Draw(scene);
        Hair.DrawFront(scene);
        Hat.Draw(scene);
        Earrings.Draw(scene);
        canvas.Resolve(rgb, labels);
    }
}
