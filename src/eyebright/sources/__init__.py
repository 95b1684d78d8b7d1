"""Where named bytes come from: a folder that plays a bucket, or an S3-compatible endpoint.

The only room that knows boto3; imports errors besides. Start at `reader.py`.
"""
